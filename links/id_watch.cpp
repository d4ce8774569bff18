#include "links/id_watch.hpp"

#include "links/clusters/cluster_survey.hpp"

namespace strait::links {

namespace {

// What an answer says of a topic, or else what was known of it.
TopicId newest(const IdWatch::Ids& ids, const TopicName& topic, const TopicId& known)
{
    const auto found = ids.find(topic);
    if (found == ids.end()) return known;
    if (found->second) return identity_of(topic, *found->second);
    return found->second.error().code() == Errc::not_found ? TopicId{} : known;
}

}  // namespace

IdWatch::Look IdWatch::look(std::span<const MirrorTopic> topics,
                            const Ids& at_source,
                            const Ids& at_target)
{
    Look look;
    for (const auto& topic : topics) {
        const auto& owner = topic.owner;
        const Pair wanted{owner.source_id, owner.target_id};
        const auto told = told_.find(owner.source);
        const auto& known = told == told_.end() ? wanted : told->second;
        const Pair now{newest(at_source, owner.source, known.source),
                       newest(at_target, owner.target, known.target)};
        if (now == wanted) {
            told_.erase(owner.source);
            continue;
        }
        look.differing.push_back(&topic);
        look.news = look.news || told == told_.end() || now != known;
        told_.insert_or_assign(owner.source, now);
    }
    return look;
}

}  // namespace strait::links
