#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/acl.hpp"
#include "kafka/cluster_config.hpp"
#include "kafka/group.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace strait::kafka {

class RequestLimiter;

struct ClusterDescription {
    ClusterId id;
    std::size_t brokers = 0;  // alive
};

struct TopicDescription {
    TopicName name;
    TopicId id;  // not known() where the brokers are older than 2.8
    bool internal = false;
    std::size_t partitions = 0;
    std::size_t replication_factor = 0;
};

// One value of a topic's configuration, and whether it was set on the topic itself.
struct ConfigEntry {
    std::string value;
    bool is_default = false;
    bool sensitive = false;                  // the brokers keep the value to themselves
    std::optional<std::string> inherited{};  // what a reset would make it, where the brokers say so

    bool operator==(const ConfigEntry&) const = default;
};
using TopicConfig = std::map<std::string, ConfigEntry>;

// What is to become of some values of a topic: set, or, without one, reset to what it inherits.
using ConfigChanges = std::map<std::string, std::optional<std::string>>;

struct NewTopic {
    TopicName name;
    std::size_t partitions = 1;
    std::optional<std::size_t> replication_factor;  // absent: the broker's default
    std::map<std::string, std::string> configs;
};

// Which offset of a partition: its ends, or that of the first record at or after a time.
struct EarliestOffset {
    bool operator==(const EarliestOffset&) const = default;
};
struct LatestOffset {
    bool operator==(const LatestOffset&) const = default;
};
struct OffsetAtTime {
    std::int64_t timestamp_ms = 0;

    bool operator==(const OffsetAtTime&) const = default;
};
using OffsetQuery = std::variant<EarliestOffset, LatestOffset, OffsetAtTime>;

enum class Isolation { read_uncommitted, read_committed };

// Of several things asked for at once each may fail by itself.
template <class Key, class T>
using EachResult = std::map<Key, Result<T>>;

// A broker answers the questions of a connection one after the other, and the fence of every commit
// stands in the same line: so nobody asks for more at once than it answers in a moment. The configs
// of 1,000 topics held all commits up for seconds, and so did the offsets of 10,000 partitions.
inline constexpr std::size_t config_topics_max = 50;
inline constexpr std::size_t offset_partitions_max = 500;

// Asks and changes a cluster. Every request ends by `client.admin_timeout` with Errc::timed_out,
// and with the trouble of the connections as its detail; a missing right is Errc::forbidden with
// its name in the detail; what is not there is Errc::not_found; what exists already is
// Errc::conflict. At most `admin.per_second` and `admin.in_flight` requests, but for
// describe_ids(): of all that share a limiter, which outlives them, or else of this one. What is
// asked of a consumer group's coordinator counts for `in_flight` only.
//
// Not thread-safe: one executor, any number of calls at a time. Calls are cancellable
// (Errc::cancelled); a change may then have happened. Calls that block in librdkafka, and its end,
// run on `pool`.
class Admin {
  public:
    static Result<std::unique_ptr<Admin>> open(const boost::asio::any_io_executor& executor,
                                               const boost::asio::any_io_executor& pool,
                                               const ClusterConfig& cluster,
                                               std::shared_ptr<spdlog::logger> log,
                                               RequestLimiter* shared = nullptr);
    ~Admin();

    boost::asio::awaitable<Result<ClusterDescription>> describe_cluster();

    // The names of all topics that we may see.
    boost::asio::awaitable<Result<std::vector<TopicName>>> list_topics();

    boost::asio::awaitable<Result<EachResult<TopicName, TopicDescription>>> describe_topics(
        std::vector<TopicName> topics);

    // As describe_topics(), outside the limits: the fence of every commit (links.md 3). Ends by
    // `until` if that is earlier than `client.admin_timeout`.
    boost::asio::awaitable<Result<EachResult<TopicName, TopicId>>> describe_ids(
        std::vector<TopicName> topics, Clock::Time until = Clock::Time::max());

    // Asks for `config_topics_max` of them at a time.
    boost::asio::awaitable<Result<EachResult<TopicName, TopicConfig>>> describe_configs(
        std::vector<TopicName> topics);

    boost::asio::awaitable<Result<void>> create_topic(NewTopic topic);

    // With one request; one that is refused does not keep the others from being created.
    boost::asio::awaitable<Result<EachResult<TopicName, void>>> create_topics(
        std::vector<NewTopic> topics);
    boost::asio::awaitable<Result<void>> create_partitions(TopicName topic, std::size_t total);
    boost::asio::awaitable<Result<void>> delete_topic(TopicName topic);

    // Sets these values and leaves the others as they are (KIP-339).
    boost::asio::awaitable<Result<void>> alter_configs(TopicName topic,
                                                       std::map<std::string, std::string> values);

    // The same of several topics with one request, and resets as well. Of each topic all or
    // nothing.
    boost::asio::awaitable<Result<EachResult<TopicName, void>>> change_configs(
        std::map<TopicName, ConfigChanges> changes);

    // All that there are about resources of this kind. Errc::forbidden as well where the brokers
    // have no authorizer, which the detail says then.
    boost::asio::awaitable<Result<std::vector<Acl>>> describe_acls(AclResource resource);

    // One result for each, in their order. What is there already, or is gone already, is no
    // failure; what is deleted is exactly that, and nothing that only matches it.
    boost::asio::awaitable<Result<std::vector<Result<void>>>> create_acls(std::vector<Acl> acls);
    boost::asio::awaitable<Result<std::vector<Result<void>>>> delete_acls(std::vector<Acl> acls);

    // Deletes the records before an offset. Retention by hand; for tests and the demo.
    boost::asio::awaitable<Result<void>> delete_records(TopicPartition at, Offset before);

    // With read_committed, LatestOffset is the last stable offset. OffsetAtTime of a time after the
    // last record is the end. Asks for `offset_partitions_max` of them at a time.
    boost::asio::awaitable<Result<EachResult<TopicPartition, Offset>>> list_offsets(
        std::map<TopicPartition, OffsetQuery> queries, Isolation isolation);

    // Groups of consumers, of both protocols; none of Connect's, and no share groups.
    boost::asio::awaitable<Result<GroupListing>> list_groups();

    // What a group has committed; nothing for one that there is not. Errc::unavailable while a
    // transaction that may change it is open.
    boost::asio::awaitable<Result<GroupOffsets>> list_group_offsets(GroupName group);

    // Errc::conflict while the group has members: some of the partitions may have been changed.
    boost::asio::awaitable<Result<void>> alter_group_offsets(GroupName group, GroupOffsets offsets);
    boost::asio::awaitable<Result<void>> delete_group_offsets(GroupName group,
                                                              std::set<TopicPartition> partitions);

    // As Consumer::trouble().
    [[nodiscard]] std::optional<Error> trouble() const;

    Admin(const Admin&) = delete;
    Admin& operator=(const Admin&) = delete;

  private:
    struct Client;
    explicit Admin(std::unique_ptr<Client> client);

    std::unique_ptr<Client> client_;
};

}  // namespace strait::kafka
