#include "links/obstacle.hpp"

#include <utility>

namespace strait::links {

std::string_view to_string(Obstacle obstacle) noexcept
{
    switch (obstacle) {
        case Obstacle::never_mirrored: return "never_mirrored";
        case Obstacle::excluded: return "excluded";
        case Obstacle::unmatched: return "unmatched";
        case Obstacle::rename_refused: return "rename_refused";
        case Obstacle::released: return "released";
        case Obstacle::paused: return "paused";
        case Obstacle::immutable_changed: return "immutable_changed";
        case Obstacle::illegal_topic_name: return "illegal_topic_name";
        case Obstacle::rename_collision: return "rename_collision";
        case Obstacle::same_cluster: return "same_cluster";
        case Obstacle::loop: return "loop";
        case Obstacle::mirror_of_mirror: return "mirror_of_mirror";
        case Obstacle::existing_target: return "existing_target";
        case Obstacle::unclear_target: return "unclear_target";
        case Obstacle::target_owned: return "target_owned";
        case Obstacle::target_missing: return "target_missing";
        case Obstacle::too_few_brokers: return "too_few_brokers";
        case Obstacle::too_many_partitions: return "too_many_partitions";
    }
    std::unreachable();
}

}  // namespace strait::links
