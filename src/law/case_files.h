// Worked cases, as CSV and inside the law: what lawyers and trackers say a deal's answer was,
// checked against ours.
//
// CSV has two formats, told apart by their headers:
//   chips:   id,chip,destination,headquarters,end_user,act,date,tier,outcome,lane,exception,note
//   parties: id,date,item,act,from,destination,headquarters,parent_headquarters,listed_owners,
//            end_use,facts,outcome,enforced,lane,exception,why
// An empty expectation is not compared; `a|b` accepts either; `tier` matches by prefix. `end_user`
// and `facts` are free text; docs/reference/case-files.md lists the phrases that are understood and
// the strict form `key=value; key=value` (keys of a deal) that is preferred. A row whose text is
// not understood is still compared, and says so in `not_understood`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "facts/world.h"
#include "law/lawbook.h"
#include "text/diagnostic.h"

namespace sluice::law {

struct CaseMismatch {
    std::string field{};  // "outcome"
    std::string expected{};
    std::string got{};
};

struct CaseResult {
    std::string id{};
    std::size_t line = 0;
    std::vector<CaseMismatch> mismatches{};     // empty: passed
    std::string error{};                        // the row could not be read; counts as a failure
    std::vector<std::string> not_understood{};  // phrases that said nothing to us
    bool passed() const { return mismatches.empty() && error.empty(); }
};

text::Result<std::vector<CaseResult>> run_case_file(const facts::World& world, const Lawbook& book,
                                                    const std::filesystem::path& file);

// ---- the `case` lines inside `.law` files -----------------------------------------------------

struct LawCaseResults {
    std::size_t passed = 0;
    text::Diagnostics failures{};  // one a failed case, at its place: expected and got
};

// Runs every case of every provision. A case states the whole of its facts: what it does not
// mention is unknown. Requires: `book` is linked.
LawCaseResults run_law_cases(const facts::World& world, const Lawbook& book);

}  // namespace sluice::law
