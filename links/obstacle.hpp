#pragma once

#include <string_view>

namespace strait::links {

// Why a topic of the source is not mirrored. The names are those of `plan`, status and REST.
enum class Obstacle {
    never_mirrored,
    excluded,
    unmatched,
    rename_refused,
    released,           // it was cut off by itself
    paused,             // by itself
    immutable_changed,  // the link mirrors it to another name already
    illegal_topic_name,
    rename_collision,  // also with the link's dead letter topic
    same_cluster,
    loop,              // it is a mirror of a topic of our target
    mirror_of_mirror,  // and no literal asks for that
    existing_target,   // with records, and without an owner record
    unclear_target,    // whether it has records could not be found out
    target_owned,      // by another link
    target_missing,    // and creation is off
    too_few_brokers,
    too_many_partitions,
};

std::string_view to_string(Obstacle obstacle) noexcept;

}  // namespace strait::links
