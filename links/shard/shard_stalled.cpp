#include "links/shard/shard.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

// What is done about partitions that do not get on (links.md 4.3, class `stall`).
namespace strait::links {

std::vector<StallWatch::Look> Shard::stall_looks(
    const std::map<TopicPartition, SourceEnds>& ends) const
{
    std::vector<StallWatch::Look> looks;
    for (const auto& [at, member] : members_) {
        const auto told = ends.find(at);
        if (told == ends.end() || !member.mirror.active()) continue;
        looks.push_back({at, member.mirror.caught_up_to(), told->second.lso, told->second.end});
    }
    return looks;
}

// Only between two transactions: nothing that was read is lost by reading it again.
Result<void> Shard::look_for_stalls()
{
    const auto ends = std::exchange(ends_, std::nullopt);
    if (!ends) return {};
    for (auto& [at, member] : members_) {
        if (const auto told = ends->find(at); told != ends->end()) {
            member.mirror.heard(told->second.end);
        }
    }
    const auto looks = stall_looks(*ends);
    const bool excused = std::exchange(throttled_, false) || aborts_in_a_row_ > 0;
    const auto found = stalls_.look(looks, excused, ports_.clock.now());

    for (const auto& look : looks) members_.at(look.at).mirror.alert("");
    for (const auto& at : found.lso_stuck) {
        const auto& told = ends->at(at);
        members_.at(at).mirror.alert(
            "source_lso_stuck: the last stable offset stays at " +
            std::to_string(told.lso.value()) + ", and the log ends at " +
            std::to_string(told.end.value()) +
            ": a transaction at the source is open and holds up what follows it; find it with "
            "kafka-transactions.sh find-hanging");
    }

    std::vector<Member*> again;
    for (const auto& at : found.reassign) {
        auto& member = members_.at(at);
        ports_.log.warn("partition does not get on, reading it anew partition={} offset={}",
                        to_string(at),
                        member.mirror.resume_at().offset.value());
        again.push_back(&member);
    }
    if (auto reassigned = reassign(again); !reassigned) return reassigned;

    for (const auto& at : found.halt) {
        auto& member = members_.at(at);
        const std::chrono::duration<double> stall = config_.timeouts.stall;
        auto reason = "stalled: nothing of the source arrives from offset " +
                      std::to_string(member.mirror.resume_at().offset.value()) + ", and it has " +
                      "records up to " + std::to_string(ends->at(at).lso.value()) + "; twice " +
                      std::to_string(static_cast<int>(stall.count())) +
                      " s passed. A batch that is larger than the link can take looks like this: "
                      "raise limits.record, or resume the link once its cause is gone";
        if (const auto trouble = ports_.source.trouble()) reason += "; " + trouble->detail();
        ports_.log.error("partition halted partition={} detail={:?}", to_string(at), reason);
        member.mirror.stop(MirrorState::halted, std::move(reason));
        const std::array gone{at};
        if (auto unassigned = ports_.source.unassign(gone); !unassigned) return unassigned;
    }
    return {};
}

}  // namespace strait::links
