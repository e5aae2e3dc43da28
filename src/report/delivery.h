// What the chips of a deal do where they arrive, and what they cost: the other half of a check.
//
// A deal names its work as "MODEL INPUT/OUTPUT [under SECONDS]" (a token) or "MODEL train TOKENS"
// (14.8T, 500B). One that names none is answered for two: DeepSeek-R1 reasoning, 1,268 tokens in
// and 1,527 out, the mean of its published traffic (ServeGen), 20 tokens a second to each user as
// its maker serves it (20 to 22: github.com/deepseek-ai/open-infra-index, 2025-03-01); and the
// training of DeepSeek-V3 on 14.8 T tokens. Plans are searched on a share of at most 128 chips, for
// training 2,048 as DeepSeek-V3's, and counted in whole shares.
#pragma once

#include "facts/deal.h"
#include "report/compare.h"

namespace sluice::report {

struct Delivery {
    Section compute{.key = "compute", .title = "Compute", .rows_key = "workloads"};
    // USD on the deal's day, at its destination.
    Section money{.key = "money", .title = "Money", .rows_key = "lines"};
};

// "14.8T", "500B", "1.4e12", "8K"; 0 for anything else.
double tokens_of(std::string_view text);

// Errors: a workload that cannot be read, or of a model that is not known. A chip that lacks facts,
// or cannot hold the model, is an answer. `duty` is what the law's tariff axis adds.
text::Result<Delivery> delivery_of(const ComputeGround& ground, const facts::Case& the_case,
                                   const std::optional<money::Duty>& duty);

}  // namespace sluice::report
