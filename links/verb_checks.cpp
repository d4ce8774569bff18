#include "links/verb_checks.hpp"

#include <algorithm>
#include <utility>

namespace strait::links {

using Outcome = Check::Outcome;

Check state_check(const LinkStatus& link, bool allowed, std::string remedy)
{
    const auto state = "link " + link.name.value() + " is " + std::string{to_string(link.state)};
    if (allowed) return {Outcome::pass, "state", state};
    return {Outcome::fail, "state", state + ": " + std::move(remedy)};
}

std::optional<Check> catalog_check(const VerbRequest& request, const LinkStatus& link)
{
    if (link.managed_by != ManagedBy::catalog || goes_beside(request.verb) || request.skip) {
        return std::nullopt;
    }
    return Check{Outcome::fail,
                 "catalog",
                 "link " + link.name.value() +
                     " follows its subscription: suspend, reinstate or revoke that in the catalog"};
}

Check cluster_check(const std::string& name, const SideStatus& side)
{
    const auto cluster = side.cluster.value();
    if (side.reachable) return {Outcome::pass, name, cluster + " answers"};
    return {Outcome::warn,
            name,
            cluster +
                " does not answer: the order is followed at once, and the operation ends when "
                "both clusters answer"};
}

Check topics_check(const VerbRequest& request, const LinkStatus& link)
{
    for (const auto& topic : request.topics) {
        if (std::ranges::find(link.topics, topic, &TopicStatus::source) != link.topics.end()) {
            continue;
        }
        return {Outcome::fail,
                "topics",
                "link " + link.name.value() + " mirrors no topic " + topic.value() +
                    ": see its status for the names"};
    }
    return {Outcome::pass, "topics", request.topics.empty() ? "all" : "all of them are mirrored"};
}

Check begun_check(const VerbRequest& request, const LinkStatus& link)
{
    for (const auto& topic : link.topics) {
        const bool begun = topic.is_released() || !topic.partitions.empty();
        if (begun || std::ranges::find(request.topics, topic.source) == request.topics.end()) {
            continue;
        }
        return {Outcome::fail,
                "topics",
                "nothing of " + topic.source.value() + " has been mirrored yet" +
                    (topic.reason.empty() ? "" : ": " + topic.reason)};
    }
    return topics_check(request, link);
}

Check required(Check check, std::string remedy)
{
    if (check.outcome == Outcome::pass) return check;
    check.outcome = Outcome::fail;
    check.text = check.text.substr(0, check.text.find(':')) + ": " + std::move(remedy);
    return check;
}

}  // namespace strait::links
