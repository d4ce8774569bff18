#pragma once

#include "links/link_status.hpp"
#include "links/reversal.hpp"
#include "links/store/operation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace strait::links {

// One thing that a verb needs, or that an operator should know before.
struct Check {
    enum class Outcome { pass, warn, fail };

    Outcome outcome = Outcome::pass;
    std::string name;
    std::string text;  // for people; of a failure with the remedy

    bool operator==(const Check&) const = default;
};

std::string_view to_string(Check::Outcome outcome) noexcept;

// What a verb would do now.
struct VerbPlan {
    std::vector<Check> checks;
    std::vector<std::string> steps;  // none if its work is done already

    // The texts of what fails; empty if the verb may go ahead.
    [[nodiscard]] std::string refusal() const;
};

// Pure. A verb whose work is done already has nothing to do, and may go ahead. What a link of the
// catalog copies is for its subscription to say: the verbs that would say otherwise are refused.
// REQUIRES: not `reverse`, which needs to know more.
VerbPlan plan_verb(const VerbRequest& request, const LinkStatus& link);

// What there is besides the link that is to be reversed.
struct ReversalFacts {
    LinkName back;        // the link that mirrors back, or will
    bool exists = false;  // it is there already
    bool done = false;    // and mirrors back
    Result<Reversal> found;
    Result<bool> salvage_exists{true};  // the topic that takes what was never mirrored
    Result<void> rebuildable{};         // whether topics may be deleted to be copied whole
};

VerbPlan plan_reversal(const VerbRequest& request,
                       const LinkStatus& link,
                       const ReversalFacts& facts);

// Why the clusters are too different for that; empty if they are not.
std::string refusal_of(Divergence divergence, const Reversal& found);

}  // namespace strait::links
