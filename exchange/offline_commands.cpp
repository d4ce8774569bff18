#include "exchange/offline_commands.hpp"

#include "core/document.hpp"
#include "core/task_group.hpp"
#include "exchange/node_threads.hpp"
#include "kafka/admin.hpp"
#include "links/clusters/lane_settings.hpp"
#include "links/clusters/owner_records.hpp"
#include "links/discovery.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <ostream>
#include <utility>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto trouble_max = 5s;  // after the first failure to connect or log in
constexpr auto look_interval = 20ms;

// Threads, clock and log of a command that ends by itself.
class CommandNode {
  public:
    CommandNode()
        : logging_{{LogLevel::error, LogFormat::text}},
          log_{std::make_shared<spdlog::logger>(logging_.make_logger("strait"))},
          threads_{1, 2},
          ports_{threads_.ports(clock_, logging_, metrics_, {})}
    {
    }

    [[nodiscard]] const links::NodePorts& ports() const noexcept { return ports_; }
    [[nodiscard]] Clock& clock() noexcept { return clock_; }
    [[nodiscard]] const std::shared_ptr<spdlog::logger>& log() const noexcept { return log_; }

    [[nodiscard]] Result<std::unique_ptr<kafka::Admin>> open(const kafka::ClusterConfig& cluster)
    {
        return kafka::Admin::open(ports_.control, ports_.pool, cluster, log_);
    }

    ExitCode run(asio::awaitable<ExitCode> command)
    {
        auto exit = ExitCode::failure;
        asio::co_spawn(threads_.control(),
                       std::move(command),
                       [&](const std::exception_ptr& thrown, ExitCode code) {
                           if (thrown) std::rethrow_exception(thrown);
                           exit = code;
                       });
        threads_.control().run();
        return exit;
    }

  private:
    SystemClock clock_;
    Logging logging_;
    Metrics metrics_;
    std::shared_ptr<spdlog::logger> log_;
    NodeThreads threads_;
    links::NodePorts ports_;
};

asio::awaitable<void> ask(kafka::Admin& admin,
                          std::optional<Result<kafka::ClusterDescription>>& answer)
{
    answer = co_await admin.describe_cluster();
}

// Who is at this address. Whoever waits at a terminal is not served by tries that go on for
// `client.admin_timeout`: a failure that no answer follows soon is the answer.
asio::awaitable<Result<kafka::ClusterDescription>> describe(CommandNode& node,
                                                            const kafka::ClusterConfig& cluster)
{
    const auto admin = node.open(cluster);
    if (!admin) co_return fail(admin.error());
    std::optional<Result<kafka::ClusterDescription>> answer;
    TaskGroup asking{node.ports().control};
    asking.spawn(ask(**admin, answer));
    auto well_at = node.clock().now();
    auto trouble = (*admin)->trouble();
    while (!answer && node.clock().now() - well_at < trouble_max) {
        static_cast<void>(co_await node.clock().wait_until(node.clock().now() + look_interval));
        trouble = (*admin)->trouble();
        if (!trouble) well_at = node.clock().now();
    }
    asking.cancel();
    co_await asking.join();
    if (answer && *answer) {
        const auto& guard = cluster.cluster_id;
        if (guard == ClusterId{} || guard == (*answer)->id) co_return *std::move(answer);
        co_return fail(Errc::conflict,
                       "the cluster at this address has id " + (*answer)->id.value() +
                           ", and cluster_id says " + guard.value());
    }
    // What broke the connection says more than that no answer came.
    if (trouble) co_return fail(*std::move(trouble));
    co_return answer ? *std::move(answer) : fail(Errc::timed_out, "no answer");
}

asio::awaitable<ExitCode> check_all(CommandNode& node, const OfflineCommand& command)
{
    auto exit = ExitCode::ok;
    for (const auto& [name, cluster] : command.configuration.clusters) {
        const auto found = co_await describe(node, cluster);
        if (found) {
            command.out << "cluster " << name.value() << ": id " << escaped(found->id.value())
                        << ", " << found->brokers << " brokers\n";
            continue;
        }
        exit = ExitCode::usage;
        command.err << "cluster " << name.value() << ": " << to_string(found.error().code()) << ": "
                    << escaped(found.error().detail()) << '\n';
    }
    co_return exit;
}

void show(const links::LinkPlan& plan, const OfflineCommand& command, bool all)
{
    for (const auto& topic : plan.topics) {
        const auto name = escaped(topic.source.name.value());
        if (const auto* const mirrored = topic.mirrored()) {
            command.out << "  " << name << " -> " << escaped(mirrored->target.value()) << "  "
                        << topic.source.partitions << " partitions, "
                        << to_string(mirrored->action);
            for (const auto warning : mirrored->warnings) {
                command.out << ", " << to_string(warning);
            }
            command.out << '\n';
            continue;
        }
        const auto& refused = std::get<links::NotMirrored>(topic.outcome);
        const bool silent = refused.obstacle == links::Obstacle::unmatched ||
                            refused.obstacle == links::Obstacle::never_mirrored;
        if (silent && !all) continue;
        command.out << "  " << name << "  not mirrored: " << to_string(refused.obstacle);
        if (!refused.text.empty()) command.out << ": " << escaped(refused.text);
        command.out << '\n';
    }
    for (const auto& [topic, text] : plan.absent) {
        command.out << "  warning: " << in_quotes(topic.value()) << ": " << escaped(text) << '\n';
    }
    const auto is_absent = [&](const std::string& pattern) {
        return std::ranges::any_of(
            plan.absent, [&](const auto& each) { return each.source.value() == pattern; });
    };
    for (const auto& [pattern, topics] : plan.patterns) {
        if (topics == 0 && !is_absent(pattern)) {
            command.out << "  warning: nothing_matches: no topic matches " << in_quotes(pattern)
                        << '\n';
        }
    }
    for (const auto& problem : plan.problems) {
        command.err << "  error: " << problem.code << ": " << escaped(problem.text) << '\n';
    }
}

asio::awaitable<Result<links::LinkPlan>> plan_one(CommandNode& node,
                                                  const Configuration& configuration,
                                                  const links::LinkConfig& link)
{
    const auto& source = configuration.clusters.at(link.source);
    const auto& target = configuration.clusters.at(link.target);
    const auto at_source = node.open(source);
    if (!at_source) co_return fail(at_source.error().within("source"));
    const auto at_target = node.open(target);
    if (!at_target) co_return fail(at_target.error().within("target"));
    auto found_source = co_await describe(node, source);
    if (!found_source) co_return fail(found_source.error().within("source"));
    auto found_target = co_await describe(node, target);
    if (!found_target) co_return fail(found_target.error().within("target"));

    const auto& control = node.ports().control;
    const auto& pool = node.ports().pool;
    const auto reader = links::log_reader_settings(target);
    links::OwnerRecords source_owners{
        control, pool, **at_source, links::log_reader_settings(source), node.clock(), node.log()};
    links::OwnerRecords target_owners{control, pool, **at_target, reader, node.clock(), node.log()};
    links::Discovery discovery{
        link,
        {*std::move(found_source), *std::move(found_target), kafka::principal_of(source)},
        {**at_source,
         **at_target,
         source_owners,
         target_owners,
         nullptr,
         nullptr,
         node.clock(),
         *node.log()}};
    co_return co_await discovery.plan();
}

asio::awaitable<ExitCode> plan_all(CommandNode& node,
                                   const OfflineCommand& command,
                                   std::optional<std::string> only,
                                   bool all)
{
    auto exit = ExitCode::ok;
    bool found = !only;
    for (const auto& link : command.configuration.links) {
        if (only && link.name.value() != *only) continue;
        found = true;
        command.out << "link " << link.name.value() << ": " << link.source.value() << " -> "
                    << link.target.value() << '\n';
        const auto plan = co_await plan_one(node, command.configuration, link);
        if (!plan) {
            command.err << "  error: " << to_string(plan.error().code()) << ": "
                        << escaped(plan.error().detail()) << '\n';
            exit = ExitCode::failure;
            continue;
        }
        show(*plan, command, all);
        if (!plan->problems.empty()) exit = ExitCode::usage;
    }
    if (found || !only) co_return exit;
    command.err << "error: no link " << in_quotes(*only) << " in the configuration\n";
    co_return ExitCode::not_found;
}

}  // namespace

ExitCode check_clusters(const OfflineCommand& command)
{
    CommandNode node;
    return node.run(check_all(node, command));
}

ExitCode plan_links(const OfflineCommand& command, std::optional<std::string> link, bool all)
{
    CommandNode node;
    return node.run(plan_all(node, command, std::move(link), all));
}

}  // namespace strait::exchange
