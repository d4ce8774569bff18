#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "links/config/link_config.hpp"
#include "links/obstacle.hpp"
#include "links/store/link_record.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace strait::links {

struct FoundTarget {
    kafka::TopicDescription topic;

    // True if there is no record in any partition, and absent as long as nobody has looked: a plan
    // takes it for empty then. It counts only where the plan says `adopted`.
    std::optional<Result<bool>> empty{};
};

// What there is on both sides of a link at one moment.
struct LinkSurroundings {
    ClusterId source_cluster;
    ClusterId target_cluster;
    std::size_t target_brokers = 1;  // alive
    std::string source_user;         // who we are there
    std::vector<kafka::TopicDescription> source_topics;
    std::map<TopicName, Error> undescribed;  // of the source: asked for by name, in vain
    std::vector<FoundTarget> target_topics;

    // The owner records of the two `_strait.links`; empty where there is no such topic, and absent
    // where it is there and cannot be read.
    std::vector<TopicOwner> target_owners;
    std::optional<std::vector<TopicOwner>> source_owners = std::vector<TopicOwner>{};
};

struct NotMirrored {
    Obstacle obstacle;
    std::string text;  // for people, with the remedy where there is one; may be empty
};

enum class TargetAction {
    create,
    adopt,  // it is there, and ours from now on; also in the place of a lost one of ours
    grow,   // it has fewer partitions than the source; adopt it if it is not `ours`
    keep,   // ours already
};

std::string_view to_string(TargetAction action) noexcept;

enum class PlanWarning {
    source_recreated,            // our owner record has another id: on_recreate decides
    target_lost,                 // our owner record has another id, or it is gone: on_target_lost
    target_has_more_partitions,  // consumers that count on the partitioning will be surprised
    records_in_target,           // the mirror is appended to them
    replication_reduced,         // to the brokers that the target has
};

std::string_view to_string(PlanWarning warning) noexcept;

struct Mirrored {
    TopicName target;
    TargetAction action = TargetAction::create;
    bool ours = false;                              // we have an owner record of this pair of names
    bool adopted = false;                           // it is there, and was not ours until now
    std::size_t target_partitions = 0;              // now; 0: it has to be created
    TopicId target_id;                              // now
    std::optional<std::size_t> replication_factor;  // for create; absent: the broker's default
    std::vector<PlanWarning> warnings;
};

struct PlannedTopic {
    kafka::TopicDescription source;
    std::variant<Mirrored, NotMirrored> outcome;

    [[nodiscard]] const Mirrored* mirrored() const { return std::get_if<Mirrored>(&outcome); }
};

// Each topic of the source by itself, sorted by name; what they are to each other is the link's
// plan. Pure.
std::vector<PlannedTopic> plan_topics(const LinkConfig& link, const LinkSurroundings& found);

// True if two ids speak of one topic, as far as the brokers can tell.
bool may_be_same(const TopicId& one, const TopicId& other);

}  // namespace strait::links
