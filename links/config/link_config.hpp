#pragma once

#include "core/ids.hpp"
#include "core/object_reader.hpp"
#include "core/units.hpp"
#include "kafka/admin.hpp"
#include "links/config/link_groups.hpp"
#include "links/config/rename.hpp"
#include "links/config/sync_config.hpp"
#include "links/config/topic_selection.hpp"
#include "links/store/delivery.hpp"
#include "links/store/desired.hpp"
#include "links/store/gap.hpp"
#include "links/store/managed_by.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace strait::links {

enum class LoopCheck { strict, off };
enum class ExistingTarget { refuse, append };
enum class Codec { none, gzip, snappy, lz4, zstd };

// What is done with a record that the target does not take (links.md 4.5).
enum class RecordPolicy { raise, halt, skip, dead_letter };

// The names of the file, of REST and of librdkafka.
std::string_view to_string(LoopCheck check) noexcept;
std::string_view to_string(ExistingTarget target) noexcept;
std::string_view to_string(Codec codec) noexcept;
std::string_view to_string(RecordPolicy policy) noexcept;

// How many replicas a topic is created with.
struct Replication {
    enum class Like { source, broker, number };

    Like like = Like::source;
    std::size_t number = 0;

    bool operator==(const Replication&) const = default;
};

struct CreateConfig {
    bool enabled = true;
    Replication replication_factor;
    std::map<std::string, std::string> configs;  // at creation only

    bool operator==(const CreateConfig&) const = default;
};

struct TopicsConfig {
    TopicSelection selection;
    Rename rename;
    std::chrono::milliseconds discovery_interval{30'000};
    LoopCheck loop_check = LoopCheck::strict;
    CreateConfig create;
    ExistingTarget existing_target = ExistingTarget::refuse;

    bool operator==(const TopicsConfig&) const = default;
};

struct CommitConfig {
    std::chrono::milliseconds linger{10};  // from one commit to the next, at least
    std::chrono::milliseconds max_interval{500};
    Bytes bytes = 32_MiB;
    std::uint32_t records = 50'000;

    bool operator==(const CommitConfig&) const = default;
};

struct CompressionConfig {
    Codec codec = Codec::lz4;
    int level = -1;  // -1: the codec's own default

    bool operator==(const CompressionConfig&) const = default;
};

struct LimitsConfig {
    Bytes memory = 256_MiB;
    Bytes partition_memory = 4_MiB;
    Bytes record = 16_MiB;
    std::uint32_t partitions = 10'000;
    std::optional<ByteRate> bandwidth;
    std::optional<RecordRate> record_rate;

    bool operator==(const LimitsConfig&) const = default;
};

struct TimeoutsConfig {
    // Kept of a transaction's time for its end, and the least that its reports are given before.
    static constexpr std::chrono::milliseconds reserve{5'000};
    static constexpr std::chrono::milliseconds reports_min{2'000};

    std::chrono::milliseconds transaction{60'000};
    std::chrono::milliseconds delivery{45'000};
    std::chrono::milliseconds id_check{5'000};
    std::chrono::milliseconds stall{60'000};

    bool operator==(const TimeoutsConfig&) const = default;
};

struct PoliciesConfig {
    GapPolicy on_gap = GapPolicy::halt;
    GapPolicy on_recreate = GapPolicy::halt;
    GapPolicy on_target_lost = GapPolicy::halt;  // halt or restart
    RecordPolicy on_oversize = RecordPolicy::raise;
    RecordPolicy on_bad_record = RecordPolicy::halt;  // anything but raise
    TopicName dead_letter_topic;                      // not empty if a policy is dead_letter

    bool operator==(const PoliciesConfig&) const = default;
};

// Further settings of librdkafka, from its own list of names.
struct OptionsConfig {
    std::map<std::string, std::string> source;
    std::map<std::string, std::string> target;

    bool operator==(const OptionsConfig&) const = default;
};

// One entry of `links` (links.md 1). The defaults here are those of the file.
struct LinkConfig {
    ManagedBy managed_by = ManagedBy::config;  // no key: it follows from where the link came from
    std::optional<Desired> desired;  // no key: what the catalog wants of a link of its own,
                                     // stronger than what the target keeps
    LinkName name;
    ClusterName source;
    ClusterName target;
    LinkName reverse_of;  // the link whose mirror topics this one mirrors back; empty: of none
    Delivery delivery = Delivery::exactly_once;
    kafka::OffsetQuery start = kafka::EarliestOffset{};  // of partitions without a checkpoint
    std::uint32_t shards = 4;
    bool paused = false;  // until the link has run once; afterwards the target keeps its order
    TopicsConfig topics;
    ConfigSyncConfig config_sync;
    AclSyncConfig acl_sync;
    GroupsConfig groups;
    CommitConfig commit;
    CompressionConfig compression;
    LimitsConfig limits;
    TimeoutsConfig timeouts;
    PoliciesConfig policies;
    bool metrics_per_partition = true;
    bool metrics_per_group = true;
    OptionsConfig options;

    bool operator==(const LinkConfig&) const = default;
};

// Reads one member of `links`; what is wrong goes to the reader's problems. What needs a look at
// the clusters or at other links is not checked here.
LinkConfig read_link(ObjectReader& reader);

}  // namespace strait::links
