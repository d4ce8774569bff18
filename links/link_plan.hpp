#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/config/link_config.hpp"
#include "links/topic_plan.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace strait::links {

struct PatternCount {
    std::string pattern;
    std::size_t topics = 0;  // mirrored ones that it matches
};

// A topic that `include` names and the source does not show.
struct AbsentTopic {
    TopicName source;
    std::string text;  // for people, with the remedy
};

struct LinkPlan {
    std::vector<PlannedTopic> topics;        // every topic of the source, by name
    std::vector<PatternCount> patterns;      // those of `include`, in their order; 0 is a warning
    std::vector<AbsentTopic> absent;         // in the order of `include`
    std::map<TopicName, Error> undescribed;  // as it was found

    // Why the link may not run: `same_cluster`, `loop`, `rename_collision`.
    std::vector<Misfit> problems;
};

// What the link would do now. A topic that already is ours never loses its place to a new one: the
// new one is refused. Pure, and the same for `strait link plan`, start and discovery.
LinkPlan plan_link(const LinkConfig& link, const LinkSurroundings& found);

}  // namespace strait::links
