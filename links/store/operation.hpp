#pragma once

#include "core/ids.hpp"
#include "core/named.hpp"
#include "links/store/gap.hpp"
#include "links/store/share.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strait::links {

// What an operator can tell a link to do (links.md 8). The words are those of REST and of the
// command line.
enum class Verb : std::uint8_t { pause, resume, promote, failover, reverse, verify, acknowledge };

std::string_view to_string(Verb verb) noexcept;

// True for a verb that tells the link nothing of what to copy: it replaces no other one.
[[nodiscard]] constexpr bool goes_beside(Verb verb) noexcept
{
    return verb == Verb::verify || verb == Verb::acknowledge;
}

// What is done with records of the old source that the target never got: those that a failover left
// there, and those that came after the cut.
enum class Divergence : std::uint8_t {
    refuse,
    keep,     // they stay where they are, in front of what is mirrored back
    salvage,  // the same, and they are copied to a topic of the target before
    rebuild,  // their topics are deleted, and what is mirrored back is copied whole
};

std::string_view to_string(Divergence divergence) noexcept;

// What `verify` looks at.
enum class VerifyMode : std::uint8_t {
    structure,  // the offset map, against itself and the ends of both clusters
    full,       // besides, every record of both sides, through the map
    target,     // instead of the source, the digests that were made while mirroring
};

std::string_view to_string(VerifyMode mode) noexcept;

// Which part of the topics `verify` compares, record by record; by default all.
struct VerifyScope {
    std::optional<Partition> partition{};  // of the one topic, as the next two
    std::optional<Offset> from{};          // of the source
    std::optional<Offset> to{};            // the first one that is left out
    Share sample{};                        // of stretches that lie apart
    std::optional<std::uint64_t> seed{};   // says which of them; none: the operation's number

    [[nodiscard]] bool samples() const noexcept { return sample != Share{}; }

    // False if something is left out of the partitions that are looked at.
    [[nodiscard]] bool is_whole() const noexcept { return !from && !to && !samples(); }

    bool operator==(const VerifyScope&) const = default;
};

// Where a halted partition goes on: what lies before it at the source is given up.
struct SkipTo {
    TopicPartition at;  // of the source
    Offset offset;

    bool operator==(const SkipTo&) const = default;
};

// What an operator says with a verb.
struct VerbRequest {
    static constexpr std::chrono::milliseconds timeout_default{std::chrono::minutes{10}};
    static constexpr std::size_t topics_max = 1'000;

    Verb verb = Verb::pause;
    std::string reason{};                                // may be empty
    std::chrono::milliseconds timeout{timeout_default};  // promote: until the source holds still
    bool without_groups = false;                         // promote: leave them as they are
    Divergence divergence = Divergence::refuse;          // reverse, as the next
    LinkName
        as{};  // how the link that mirrors back is called, if it has to be made; empty: default
    VerifyMode mode = VerifyMode::full;  // verify
    std::vector<TopicName> topics{};     // promote, verify; as the source calls them; none: all
    VerifyScope scope{};                 // verify
    std::optional<SkipTo> skip{};        // resume: of one partition; none: look again at all
    std::optional<GapName> gap{};        // acknowledge: one entry; none: all
    bool fence_source = false;           // promote: first keep everybody from writing there
    TopicName salvage{};                 // reverse: the topic of the target that takes them

    [[nodiscard]] bool concerns(const TopicName& topic) const
    {
        return topics.empty() || std::ranges::find(topics, topic) != topics.end();
    }

    bool operator==(const VerbRequest&) const = default;
};

// What a promotion or a failover left behind.
struct CutReport {
    std::optional<std::int64_t> lost_records;  // offsets of the source; absent: nobody knows
    std::int64_t lost_ms = 0;                  // how far the target was behind, as far as we know
    std::int64_t rereads = 0;                  // of all groups
    std::uint32_t groups = 0;
    std::uint32_t groups_left = 0;  // those of them whose positions could not be put in place
    std::int64_t took_ms = 0;

    bool operator==(const CutReport&) const = default;
};

// The topics of a cluster to which an operation keeps everybody from writing: its own ACLs, those
// that it is about to make included.
struct SourceFence {
    ClusterName cluster{};
    std::vector<TopicName> topics{};

    bool operator==(const SourceFence&) const = default;
};

// A topic that a reversal deletes where it was mirrored from, because both sides differ in it, to
// copy it whole from the other one. Its figures are those of the moment before.
struct RebuiltTopic {
    TopicName topic{};
    TopicId id{};               // of the one that is deleted: no other is
    std::int64_t offsets = 0;   // of all its partitions; at least as many as it has records
    std::int64_t end = 0;       // the sum of where they end: it moves with each record that comes
    std::int64_t lost = 0;      // records that were never mirrored, behind what both sides have
    bool counted = true;        // false: more than `lost` says
    std::int64_t uncopied = 0;  // offsets before that, of which the other side has nothing either
    bool deleted = false;

    bool operator==(const RebuiltTopic&) const = default;
};

using OperationId = Named<struct OperationIdTag, std::uint64_t>;  // rising, of one data_dir

// A verb under way or done: it survives a restart of the program, and goes on from where it was.
struct Operation {
    enum class State : std::uint8_t { running, succeeded, failed };

    OperationId id;
    LinkName link;
    VerbRequest request;
    State state = State::running;
    std::string detail;           // what is under way, what it did, or why it failed
    std::int64_t started_ms = 0;  // of the wall clock
    std::int64_t ended_ms = 0;    // 0 while it runs
    std::optional<CutReport> report{};
    SourceFence fence{};                  // of a promotion; it outlives the operation
    std::vector<RebuiltTopic> rebuilt{};  // of a reversal, and those that it is about to delete

    bool operator==(const Operation&) const = default;
};

std::string_view to_string(Operation::State state) noexcept;

}  // namespace strait::links
