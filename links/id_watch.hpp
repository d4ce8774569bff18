#pragma once

#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "links/mirror_topic.hpp"

#include <map>
#include <span>
#include <vector>

namespace strait::links {

// Compares the ids of topics with those that they were mirrored under. A topic that is gone or was
// created again may stay so for long, where a policy halts: that it differs is told each time, that
// this is news only once. Pure.
class IdWatch {
  public:
    using Ids = kafka::EachResult<TopicName, TopicId>;

    struct Look {
        std::vector<const MirrorTopic*> differing;  // of those that were handed in
        bool news = false;  // one of them differs in another way than before
    };
    // A side that says nothing of a topic, or has no answer, changes nothing.
    Look look(std::span<const MirrorTopic> topics, const Ids& at_source, const Ids& at_target);

  private:
    struct Pair {
        TopicId source;  // not known(): there is no such topic
        TopicId target;

        bool operator==(const Pair&) const = default;
    };
    std::map<TopicName, Pair> told_;  // by source topic
};

}  // namespace strait::links
