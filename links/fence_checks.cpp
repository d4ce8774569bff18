#include "links/fence_checks.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace strait::links {

namespace {

using Outcome = Check::Outcome;

constexpr auto name = "fence";

std::string topics_of(std::size_t count, const ClusterName& source)
{
    return std::to_string(count) + " topics of " + source.value();
}

}  // namespace

std::set<TopicName> topics_to_fence(const VerbRequest& request, const LinkStatus& link)
{
    std::set<TopicName> topics;
    for (const auto& topic : link.topics) {
        if (topic.state == MirrorState::halted || topic.state == MirrorState::source_gone) continue;
        if (topic.is_released() || !request.concerns(topic.source)) continue;
        topics.insert(topic.source);
    }
    return topics;
}

void add_fence(VerbPlan& plan, const Result<FencePlan>& fence, const ClusterName& source)
{
    if (!fence) {
        plan.checks.push_back(
            {Outcome::fail,
             name,
             "ACLs of " + source.value() + ": " + fence.error().detail() +
                 ": mend that, or stop the producers and promote without --fence-source"});
        return;
    }
    if (auto refusal = refusal_of(*fence); !refusal.empty()) {
        plan.checks.push_back({Outcome::fail, name, std::move(refusal)});
        return;
    }
    plan.checks.push_back(
        {Outcome::warn,
         name,
         "DENY wins over every ALLOW: nobody but super users will write to the source any more, "
         "not even this link's own user when it mirrors back; `reverse` takes it back"});
    if (fence->foreign > 0) {
        plan.checks.push_back({Outcome::warn,
                               name,
                               topics_of(fence->foreign, source) +
                                   " are kept from writers already, by somebody else, who has to "
                                   "take that back before `reverse`"});
    }
    plan.steps.insert(plan.steps.begin(),
                      "DENY WRITE to everybody on " + topics_of(fence->missing.size(), source) +
                          "; taken back if this fails");
}

void add_end_of_fence(VerbPlan& plan, const FenceCount& fenced, const ClusterName& source)
{
    if (plan.steps.empty()) return;
    if (fenced.shared > 0) {
        plan.checks.push_back(
            {Outcome::warn,
             name,
             topics_of(fenced.shared, source) +
                 " stay fenced, because another link was promoted with them: what "
                 "mirrors back cannot write there before that one is reversed"});
    }
    if (fenced.topics == 0) return;
    plan.checks.push_back({Outcome::warn,
                           name,
                           "everybody may write to " + source.value() +
                               " again: its producers have to go to the new source before"});
    plan.steps.insert(plan.steps.begin(),
                      "take back DENY WRITE on " + topics_of(fenced.topics, source) +
                          ", which the promotion made");
}

}  // namespace strait::links
