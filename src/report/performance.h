// What a chip does of a stated work: the best plan found, and everything that is said of it.
//
//   const Work work{.model = model, .demand = {.input = 4096, .output = 1536}, .chips = 16};
//   const auto found = perform(machine, work);
//   puts(to_text(sheet_of(published, machine, work, *found, bill), colour).c_str());
//
// With `apart`, prompts and tokens run on chips of their own; each side is searched for the most
// tokens a chip, and whole instances of both are then counted out so that neither waits long for
// the other. Moving the cache between them is not timed.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "money/cost.h"
#include "report/machine.h"
#include "report/sheet.h"
#include "run/search.h"

namespace sluice::report {

struct Work {
    const facts::Model* model = nullptr;
    std::string model_name{};  // as asked: "DeepSeek-R1" is the model deepseek-v3
    run::Demand demand{};
    int chips = 0;  // 0: one node, or the fewest that hold the model
    run::Degrees fixed{};
    bool apart = false;
    std::string format{};  // as formats_asked takes it
};

struct Side {
    run::Demand demand{};
    run::ServingSearch found{};
    run::Deployment plan{};  // with the replicas that the whole deployment has of it
};

struct Performance {
    std::vector<Side> sides{};  // one; the prompts' and the tokens' when apart
    int chips = 0;              // offered; those in use are the sides'
    double in_use = 0;
    double requests = 0;  // a second, all chips; 0 for a work of prompts alone
    double ttft = 0, tpot = 0;
    double rate = 0;  // generated tokens a second, all chips; prompts' for Role::prefill
};

// Errors: the model does not fit, the plan does not divide or takes other than `chips`, no plan
// keeps the objectives, the chip has not the format. Requires: machine.missing is empty.
text::Result<Performance> perform(const Machine& machine, const Work& work);

// Which degree does not cut the model into equal parts, or that the plan does not cut the chips.
std::optional<text::Diagnostic> wrong_degrees(const facts::Model& model, const run::Degrees& fixed,
                                              int chips);

run::Setup setup_of(const Machine& machine, const facts::Model& model, const run::Deployment& plan);

// ---- why --------------------------------------------------------------------------------------

enum class Resource : unsigned char { memory, compute, link, clock };
// The chip with `by` times as much of one. Clock: arithmetic and what a multiprocessor can read.
timing::ChipTiming with_more(timing::ChipTiming chip, Resource resource, double by);

// The kinds of work of a span, in one order, with their names.
std::array<std::pair<std::string_view, double>, 7> parts_of(const run::Span& span);

// Seconds between two tokens of a request, or until its first, part by part; the total is their
// sum. `bound` is what would shorten a part most: memory, compute, link, latency, host; or what it
// waits for.
struct TimePart {
    std::string_view name{};
    double seconds = 0;
    std::string_view bound{};
};
struct Attribution {
    std::vector<TimePart> parts{};
    double total() const;
};
Attribution attribution_of_token(const Machine& machine, const Work& work, const Side& side);
Attribution attribution_of_prompt(const Machine& machine, const Work& work, const Side& side);

// ---- pages ------------------------------------------------------------------------------------

struct Bill {
    money::PricesOn prices{};
    std::string place{};
    money::Assumptions assume{};
    std::optional<money::Duty> duty{};
};
// Of a work of prompts and tokens, together or apart.
Sheet sheet_of(const Published& published, const Machine& machine, const Work& work,
               const Performance& found, const Bill& bill);
// What the times rest on; the lines of a cost an hour, each made into the cost that is asked for.
Section parameters_section(const Machine& machine, double chips, workload::Precision weights);
Section cost_section(std::string_view title, const money::Fleet& fleet, const Bill& bill,
                     const std::function<money::Cost(const money::Cost&)>& of_hourly);
// The answer where machine.missing is not empty.
Sheet undetermined(const Machine& machine, const Work& work);
// "12.3..18.9 USD", or what is not known.
Cell dollars(const money::Cost& cost);
std::string cut_text(const workload::Plan& plan);  // of one instance, without its replicas
money::Fleet fleet_of(const Machine& machine, double chips, const std::string& place);

}  // namespace sluice::report
