#pragma once

#include "core/ids.hpp"
#include "kafka/handle.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/seen_record.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strait::testing {

using TopicConfigs = std::map<std::string, std::string>;

enum class AclOperation {
    all,
    read,
    write,
    create,
    describe,
    describe_configs,
    alter,
    alter_configs
};
enum class AclResource { topic, group, transactional_id, cluster };

// Lets User:`user` do `operation` on the resource of that name, or of that prefix, or denies it.
struct AclRule {
    std::string user;
    AclOperation operation = AclOperation::read;
    AclResource resource = AclResource::topic;
    std::string name;  // of the cluster: kafka-cluster
    bool prefixed = false;
    bool deny = false;
};

struct LogRange {
    Offset start;
    Offset end;  // of all records, or of the stable ones

    bool operator==(const LogRange&) const = default;
};

// Changes topics of a cluster, and returns when the change shows. Every failure throws
// std::runtime_error with the broker's words.
class KafkaAdmin {
  public:
    explicit KafkaAdmin(const ClientProperties& properties);

    void create_topic(const TopicName& topic,
                      std::int32_t partitions = 1,
                      const TopicConfigs& configs = {});

    // The brokers of each partition; the first of them leads.
    using Placement = std::vector<std::vector<std::int32_t>>;
    void create_topic(const TopicName& topic,
                      const Placement& placement,
                      const TopicConfigs& configs);
    void delete_topic(const TopicName& topic);
    void add_partitions(const TopicName& topic, std::int32_t total);
    void alter_configs(const TopicName& topic, const TopicConfigs& configs);
    void reset_config(const TopicName& topic, const std::string& name);

    // A value, and whether it is the topic's own.
    struct Config {
        std::string value;
        bool own = false;

        bool operator==(const Config&) const = default;
    };
    [[nodiscard]] Config config(const TopicName& topic, const std::string& name);

    // Moves the log start up to `before`.
    void delete_records(const TopicPartition& at, Offset before);

    void allow(const AclRule& rule);
    void revoke(const AclRule& rule);  // that was allowed

    // What names that topic literally, sorted: "User:alice may READ".
    [[nodiscard]] std::vector<std::string> acls_on(const TopicName& topic);

    // Makes the SCRAM-SHA-512 user, or changes its password.
    void set_password(const std::string& user, const std::string& password);

    [[nodiscard]] std::optional<TopicId> find_topic_id(const TopicName& topic);
    [[nodiscard]] std::int32_t partition_count(const TopicName& topic);
    [[nodiscard]] LogRange log_range(const TopicPartition& at,
                                     Isolation isolation = Isolation::read_uncommitted);

  private:
    // Without a value: reset.
    using Change = std::pair<std::string, std::optional<std::string>>;
    void change_configs(const TopicName& topic, const std::vector<Change>& changes);
    void create(rd_kafka_NewTopic_t* wanted, const TopicName& topic, const TopicConfigs& configs);

    kafka::ClientHandle client_;
    kafka::QueueHandle queue_;
};

}  // namespace strait::testing
