#include "tests/support/server_properties.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>

namespace strait::testing {
namespace {

using Properties = std::map<std::string, std::string>;

std::string login(std::string_view module, std::string_view more = {})
{
    return fmt::format(
        "org.apache.kafka.common.security.{}LoginModule required username=\"{}\" password=\"{}\" {};",
        module,
        admin_user,
        admin_password,
        more);
}

Properties small_and_quick()
{
    return {
        {"num.network.threads", "2"},
        {"num.io.threads", "4"},
        {"log.cleaner.dedupe.buffer.size", "4194304"},
        {"offsets.topic.num.partitions", "4"},
        {"transaction.state.log.num.partitions", "4"},
        {"share.coordinator.state.topic.num.partitions", "4"},
        {"auto.create.topics.enable", "false"},
        {"group.initial.rebalance.delay.ms", "0"},
        {"log.initial.task.delay.ms", "500"},
        {"log.retention.check.interval.ms", "500"},
        {"log.cleaner.backoff.ms", "500"},
        {"log.segment.delete.delay.ms", "1000"},
        {"broker.session.timeout.ms", "3000"},
        {"broker.heartbeat.interval.ms", "500"},
        {"transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"},
    };
}

void add_replication(Properties& properties, int brokers)
{
    const auto replicas = std::to_string(std::min(brokers, 3));
    const auto* const in_sync = brokers > 2 ? "2" : "1";
    properties["default.replication.factor"] = replicas;
    properties["offsets.topic.replication.factor"] = replicas;
    properties["transaction.state.log.replication.factor"] = replicas;
    properties["share.coordinator.state.topic.replication.factor"] = replicas;
    properties["min.insync.replicas"] = in_sync;
    properties["transaction.state.log.min.isr"] = in_sync;
    properties["share.coordinator.state.topic.min.isr"] = in_sync;
}

void add_security(Properties& properties)
{
    properties["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
    properties["super.users"] = fmt::format("User:{}", admin_user);
    properties["sasl.enabled.mechanisms"] = "SCRAM-SHA-512";
    properties["sasl.mechanism.inter.broker.protocol"] = "SCRAM-SHA-512";
    for (const auto* listener : {"client", "tls"}) {
        properties[fmt::format("listener.name.{}.scram-sha-512.sasl.jaas.config", listener)] =
            login("scram.Scram");
    }
    properties["sasl.mechanism.controller.protocol"] = "PLAIN";
    properties["listener.name.controller.sasl.enabled.mechanisms"] = "PLAIN";
    properties["listener.name.controller.plain.sasl.jaas.config"] =
        login("plain.Plain", fmt::format("user_{}=\"{}\"", admin_user, admin_password));
}

}  // namespace

std::string server_properties(const KafkaClusterOptions& options,
                              const std::vector<NodePlan>& nodes,
                              const NodePlan& node)
{
    auto properties = small_and_quick();
    std::string quorum;
    for (const auto& each : nodes) {
        const auto* const comma = quorum.empty() ? "" : ",";
        quorum += fmt::format("{}{}@127.0.0.1:{}", comma, each.id, each.controller_port);
    }
    auto listeners = fmt::format("CLIENT://127.0.0.1:{}", node.client_port);
    if (options.tls) listeners += fmt::format(",TLS://127.0.0.1:{}", node.tls_port);
    auto advertised = listeners;
    if (options.proxied) {
        listeners += fmt::format(",PROXIED://127.0.0.1:{}", node.proxied_port);
        advertised += fmt::format(",PROXIED://127.0.0.1:{}", node.proxy_port);
    }
    const auto controller = fmt::format(",CONTROLLER://127.0.0.1:{}", node.controller_port);
    const std::string_view plain = options.secure ? "SASL_PLAINTEXT" : "PLAINTEXT";
    const std::string_view encrypted = options.secure ? "SASL_SSL" : "SSL";

    properties["process.roles"] = "broker,controller";
    properties["node.id"] = std::to_string(node.id);
    properties["controller.quorum.voters"] = quorum;
    properties["listeners"] = listeners + controller;
    properties["advertised.listeners"] = advertised + controller;
    properties["listener.security.protocol.map"] =
        fmt::format("CLIENT:{0},TLS:{1},PROXIED:{0},CONTROLLER:{0}", plain, encrypted);
    properties["inter.broker.listener.name"] = "CLIENT";
    properties["controller.listener.names"] = "CONTROLLER";
    properties["log.dirs"] = node.folder / "data";
    add_replication(properties, options.brokers);
    if (options.secure) add_security(properties);
    if (options.tls) {
        properties["ssl.keystore.type"] = "PEM";
        properties["ssl.keystore.location"] = node.folder.parent_path() / "broker.pem";
        properties["ssl.truststore.type"] = "PEM";
        properties["ssl.truststore.location"] = node.folder.parent_path() / "ca.pem";
    }
    for (const auto& [name, value] : options.properties) properties[name] = value;

    std::string text;
    for (const auto& [name, value] : properties) text += fmt::format("{}={}\n", name, value);
    return text;
}

}  // namespace strait::testing
