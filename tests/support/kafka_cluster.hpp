#pragma once

#include "tests/support/child_process.hpp"
#include "tests/support/temp_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace strait::testing {

class FaultProxy;
struct NodePlan;

// Properties of librdkafka's, by their names there.
using ClientProperties = std::map<std::string, std::string>;

struct KafkaClusterOptions {
    int brokers = 1;      // each is broker and controller
    bool secure = false;  // SCRAM-SHA-512 and ACLs; the super user is admin, see admin_properties()
    bool tls = false;     // a second listener, with certificates of the cluster's own CA
    bool proxied = false;  // one more listener, through a FaultProxy for each broker
    std::map<std::string, std::string> users{};       // name -> password; no rights yet
    std::map<std::string, std::string> properties{};  // of the server; they win over our own
    std::vector<std::string> java_options{};          // of the brokers; they win over our own
};

// A real Apache Kafka cluster in KRaft mode, on loopback, for as long as the object lives and not a
// moment longer, even if the test program is killed; so make it in the main thread. The jars are in
// the folder that the environment names as KAFKA_HOME, or else in .deps/kafka of the project.
// Every failure throws std::runtime_error that says what to do. Nodes count from 1.
class KafkaCluster {
  public:
    // Returns when every broker serves: after about 1 s for one broker, 4 s for three.
    explicit KafkaCluster(KafkaClusterOptions options = {});
    ~KafkaCluster();
    KafkaCluster(const KafkaCluster&) = delete;
    KafkaCluster& operator=(const KafkaCluster&) = delete;

    [[nodiscard]] const std::string& cluster_id() const noexcept { return cluster_id_; }
    [[nodiscard]] std::string bootstrap() const;      // host:port,...
    [[nodiscard]] std::string tls_bootstrap() const;  // of the TLS listener
    [[nodiscard]] bool proxied() const noexcept { return options_.proxied; }
    [[nodiscard]] std::string proxied_bootstrap() const;
    [[nodiscard]] FaultProxy& proxy(int node = 1) const;
    [[nodiscard]] std::filesystem::path ca_file() const { return folder_.path() / "ca.pem"; }

    // What a client needs in order to connect: as the super user, or as one of `users`.
    [[nodiscard]] ClientProperties admin_properties() const;
    [[nodiscard]] ClientProperties user_properties(const std::string& name,
                                                   const std::string& password) const;

    void kill(int node = 1);     // SIGKILL
    void stop(int node = 1);     // SIGTERM, and waits: leadership moves first
    void restart(int node = 1);  // on the same data; waits until it serves
    void freeze(int node = 1);   // SIGSTOP: its connections stay open, and silent
    void thaw(int node = 1);
    [[nodiscard]] bool running(int node = 1) const;

    // Certificate and key, PEM, signed by the cluster's CA: for mutual TLS, with the server
    // property listener.name.tls.ssl.client.auth=required.
    struct Certificate {
        std::filesystem::path cert_file;
        std::filesystem::path key_file;
    };
    [[nodiscard]] Certificate issue_certificate(const std::string& common_name) const;

    // What the broker has written to its log since it was started last.
    [[nodiscard]] std::string log(int node = 1) const;

  private:
    struct Node;

    [[nodiscard]] Node& at(int node) const;
    [[nodiscard]] std::string bootstrap_of(std::uint16_t NodePlan::* port) const;
    [[nodiscard]] std::vector<std::string> java(std::vector<std::string> arguments) const;
    void make_ca() const;
    void format();
    void launch(Node& node) const;
    void await(Node& node) const;

    KafkaClusterOptions options_;
    std::string cluster_id_;
    TempFolder folder_{"kafka"};
    std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace strait::testing
