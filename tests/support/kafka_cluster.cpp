#include "tests/support/kafka_cluster.hpp"

#include "core/ids.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/fault_proxy.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/server_properties.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include <sys/random.h>

namespace strait::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr seconds start_deadline{90};  // for a machine that is busy; about 1 s otherwise
constexpr seconds stop_deadline{60};

constexpr auto logging = R"(appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1} %m%n
rootLogger.level = WARN
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = INFO
)";

fs::path kafka_home()
{
    const fs::path home = environment_or("KAFKA_HOME", source_dir() / ".deps" / "kafka");
    if (!fs::is_directory(home / "lib")) {
        throw std::runtime_error{
            fmt::format("no Kafka jars in {0}/lib: run './dev setup', or set KAFKA_HOME to a "
                        "folder whose lib/ holds them",
                        home.string())};
    }
    return home;
}

std::string new_cluster_id()
{
    TopicId id;
    if (::getrandom(id.bytes.data(), id.bytes.size(), 0) < 0)
        throw std::runtime_error{"no entropy"};
    id.bytes[0] &= 0x7fU;  // a leading '-' would read as an option
    return to_string(id);
}

void run_openssl(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), "openssl");
    const auto [exit_code, output] = run_command(std::move(arguments));
    if (exit_code != 0) throw std::runtime_error{"openssl: " + output};
}

// The lines of a broker's log that say why it ended.
std::string reasons_in(const std::string& log)
{
    std::string reasons;
    for (std::size_t begin = 0; begin < log.size() && reasons.size() < 1000;) {
        const auto end = std::min(log.find('\n', begin), log.size());
        const std::string_view line{log.data() + begin, end - begin};
        if (line.contains("ERROR") || line.contains("Caused by") || line.contains("executed"))
            reasons += fmt::format("\n  {}", line);
        begin = end + 1;
    }
    return reasons;
}

}  // namespace

struct KafkaCluster::Node {
    NodePlan plan;
    std::unique_ptr<FaultProxy> proxy;
    std::unique_ptr<ChildProcess> process;
};

KafkaCluster::KafkaCluster(KafkaClusterOptions options)
    : options_{std::move(options)}, cluster_id_{new_cluster_id()}
{
    write_file(folder_.path() / "log4j2.properties", logging);
    for (int id = 1; id <= options_.brokers; ++id) {
        auto node = std::make_unique<Node>();
        node->plan.id = id;
        node->plan.client_port = reserve_port();
        node->plan.controller_port = reserve_port();
        if (options_.tls) node->plan.tls_port = reserve_port();
        if (options_.proxied) {
            node->plan.proxied_port = reserve_port();
            node->proxy = std::make_unique<FaultProxy>(node->plan.proxied_port);
            node->plan.proxy_port = node->proxy->port();
        }
        node->plan.folder = folder_.path() / fmt::format("node-{}", id);
        fs::create_directory(node->plan.folder);
        nodes_.push_back(std::move(node));
    }
    if (options_.tls) make_ca();
    format();
    for (const auto& node : nodes_) launch(*node);
    for (const auto& node : nodes_) await(*node);
}

KafkaCluster::~KafkaCluster() = default;

std::string KafkaCluster::bootstrap_of(std::uint16_t NodePlan::* port) const
{
    std::string servers;
    for (const auto& node : nodes_) {
        servers += fmt::format("{}127.0.0.1:{}", servers.empty() ? "" : ",", node->plan.*port);
    }
    return servers;
}

std::string KafkaCluster::bootstrap() const { return bootstrap_of(&NodePlan::client_port); }

std::string KafkaCluster::tls_bootstrap() const { return bootstrap_of(&NodePlan::tls_port); }

std::string KafkaCluster::proxied_bootstrap() const { return bootstrap_of(&NodePlan::proxy_port); }

FaultProxy& KafkaCluster::proxy(int node) const { return *at(node).proxy; }

ClientProperties KafkaCluster::admin_properties() const
{
    if (options_.secure) return user_properties(admin_user, admin_password);
    return {{"bootstrap.servers", bootstrap()}};
}

ClientProperties KafkaCluster::user_properties(const std::string& name,
                                               const std::string& password) const
{
    return {{"bootstrap.servers", bootstrap()},
            {"security.protocol", "SASL_PLAINTEXT"},
            {"sasl.mechanism", "SCRAM-SHA-512"},
            {"sasl.username", name},
            {"sasl.password", password}};
}

void KafkaCluster::kill(int node)
{
    at(node).process->signal(SIGKILL);
    at(node).process->wait(stop_deadline);
}

void KafkaCluster::stop(int node)
{
    at(node).process->signal(SIGTERM);
    if (!at(node).process->wait(stop_deadline))
        throw std::runtime_error{fmt::format("broker {} does not stop", node)};
}

void KafkaCluster::restart(int node)
{
    launch(at(node));
    await(at(node));
}

void KafkaCluster::freeze(int node) { at(node).process->signal(SIGSTOP); }

void KafkaCluster::thaw(int node) { at(node).process->signal(SIGCONT); }

bool KafkaCluster::running(int node) const { return at(node).process->running(); }

KafkaCluster::Certificate KafkaCluster::issue_certificate(const std::string& common_name) const
{
    const auto file = [&](const char* extension) {
        return folder_.path() / (common_name + extension);
    };
    write_file(file(".ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    run_openssl({"req",
                 "-newkey",
                 "rsa:2048",
                 "-nodes",
                 "-subj",
                 "/CN=" + common_name,
                 "-keyout",
                 file(".key"),
                 "-out",
                 file(".csr")});
    run_openssl({"x509",
                 "-req",
                 "-in",
                 file(".csr"),
                 "-CA",
                 ca_file(),
                 "-CAkey",
                 folder_.path() / "ca.key",
                 "-CAcreateserial",
                 "-days",
                 "30",
                 "-extfile",
                 file(".ext"),
                 "-out",
                 file(".pem")});
    return {file(".pem"), file(".key")};
}

std::string KafkaCluster::log(int node) const { return at(node).process->output(); }

KafkaCluster::Node& KafkaCluster::at(int node) const
{
    return *nodes_.at(static_cast<std::size_t>(node - 1));
}

// The words of the recipe: C1 and the serial collector start fastest, the class archive halves it.
std::vector<std::string> KafkaCluster::java(std::vector<std::string> arguments) const
{
    const auto home = kafka_home();
    std::vector<std::string> words{environment_or("KAFKA_JAVA", "java"),
                                   "-Xms64m",
                                   "-Xmx256m",
                                   "-XX:+UseSerialGC",
                                   "-XX:TieredStopAtLevel=1"};
    if (fs::exists(home / "classes.jsa"))
        words.push_back("-XX:SharedArchiveFile=" + (home / "classes.jsa").string());
    std::ranges::copy(options_.java_options, std::back_inserter(words));
    words.emplace_back("-Xlog:disable");
    words.push_back("-Dlog4j2.configurationFile=" +
                    (folder_.path() / "log4j2.properties").string());
    words.emplace_back("-cp");
    words.push_back((home / "lib" / "*").string());
    std::ranges::move(arguments, std::back_inserter(words));
    return words;
}

void KafkaCluster::make_ca() const
{
    run_openssl({"req",
                 "-x509",
                 "-newkey",
                 "rsa:2048",
                 "-nodes",
                 "-days",
                 "30",
                 "-subj",
                 "/CN=test CA",
                 "-keyout",
                 folder_.path() / "ca.key",
                 "-out",
                 ca_file()});
    const auto [cert, key] = issue_certificate("localhost");
    write_file(folder_.path() / "broker.pem",
               read_file(key) + read_file(cert) + read_file(ca_file()));
}

void KafkaCluster::format()
{
    std::vector<NodePlan> plans;
    plans.reserve(nodes_.size());
    for (const auto& node : nodes_) plans.push_back(node->plan);
    for (const auto& node : nodes_) {
        const auto properties = node->plan.folder / "server.properties";
        write_file(properties, server_properties(options_, plans, node->plan));
        std::vector<std::string> words{
            "kafka.tools.StorageTool", "format", "-c", properties, "-t", cluster_id_};
        auto users = options_.users;
        if (options_.secure) users.emplace(admin_user, admin_password);
        for (const auto& [name, password] : users) {
            words.emplace_back("--add-scram");
            words.push_back(fmt::format("SCRAM-SHA-512=[name={},password={}]", name, password));
        }
        node->process = std::make_unique<ChildProcess>(java(std::move(words)),
                                                       node->plan.folder / "format.log");
    }
    for (const auto& node : nodes_) {
        const auto exit_code = node->process->wait(start_deadline);
        if (exit_code == 127)
            throw std::runtime_error{
                "java is missing: install a Java 17 runtime, or set KAFKA_JAVA"};
        if (exit_code != 0)
            throw std::runtime_error{"Kafka's storage format failed: " + node->process->output()};
    }
}

void KafkaCluster::launch(Node& node) const
{
    if (node.process->running()) return;
    const auto log = node.plan.folder / "log";
    std::error_code absent;
    fs::rename(log, node.plan.folder / "log.previous", absent);
    node.process.reset();
    node.process = std::make_unique<ChildProcess>(
        java({"kafka.Kafka", node.plan.folder / "server.properties"}), log);
}

// A broker says this once the controller has let it in, and it serves requests.
void KafkaCluster::await(Node& node) const
{
    if (node.process->wait_for_output("Kafka Server started", start_deadline)) return;
    throw std::runtime_error{fmt::format("broker {} {} :{}",
                                         node.plan.id,
                                         node.process->running() ? "is not up in time" : "ended",
                                         reasons_in(node.process->output()))};
}

}  // namespace strait::testing
