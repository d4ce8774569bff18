#include "links/running_link.hpp"

#include "links/clusters/lane_settings.hpp"
#include "links/shard/shard.hpp"

#include <algorithm>
#include <utility>

namespace strait::links {

Result<std::unique_ptr<RunningLink>> RunningLink::open(LinkSetup& setup,
                                                       const NodePorts& node,
                                                       std::shared_ptr<spdlog::logger> log)
{
    auto running = std::make_unique<RunningLink>(setup, node, std::move(log));
    const auto connect = [&](const kafka::ClusterConfig& to, kafka::RequestLimiter& limiter) {
        auto admin = kafka::Admin::open(node.control, node.pool, to, running->log, &limiter);
        if (!admin)
            return Result<std::unique_ptr<kafka::Admin>>{
                fail(admin.error().within("cluster " + to.name.value()))};
        return admin;
    };
    auto source = connect(setup.source, setup.at_source);
    if (!source) return fail(source.error());
    auto target = connect(setup.target, setup.at_target);
    if (!target) return fail(target.error());
    running->source = *std::move(source);
    running->target = *std::move(target);
    running->admins =
        std::make_unique<LinkAdmins>(LinkAdmins{node.control, *running->source, *running->target});
    return running;
}

RunningLink::RunningLink(LinkSetup& of, const NodePorts& on, std::shared_ptr<spdlog::logger> to)
    : setup{of},
      node{on},
      log{std::move(to)},
      throttle{of.config.limits.bandwidth, of.config.limits.record_rate},
      instruments{on.metrics, of.config.name},
      preparing{on.control},
      tasks{on.control}
{
}

void RunningLink::connected(DiscoveredClusters found, std::size_t log_partitions)
{
    const auto& config = setup.config;
    clusters = std::move(found);
    survey = std::make_unique<ClusterSurvey>(
        *admins,
        config,
        ReaderPorts{node.control, node.pool, log_reader_settings(setup.target), node.clock, log});
    const TopicPartition place{
        TopicName{links_topic_name},
        links_partition(config.name, static_cast<std::int32_t>(log_partitions))};
    const auto reader = log_reader_settings(setup.target);
    const auto writer = log_writer_settings(setup.target, config);
    link_log = std::make_unique<TargetLog>(
        config.name,
        place,
        reader,
        writer,
        TargetLogPorts{node.control, node.pool, *admins, node.clock, log});
    source_owners = std::make_unique<OwnerRecords>(
        node.control, node.pool, *source, log_reader_settings(setup.source), node.clock, log);
    target_owners =
        std::make_unique<OwnerRecords>(node.control, node.pool, *target, reader, node.clock, log);
    discovery = std::make_unique<Discovery>(config,
                                            clusters,
                                            DiscoveryPorts{*source,
                                                           *target,
                                                           *source_owners,
                                                           *target_owners,
                                                           link_log.get(),
                                                           &setup.view,
                                                           node.clock,
                                                           *log});
    configs = std::make_unique<ConfigSync>(*source, *target, setup.view, *log);
    around =
        std::make_unique<ShardSurroundings>(ShardSurroundings{config,
                                                              node.pool,
                                                              *admins,
                                                              *survey,
                                                              setup.view,
                                                              throttle,
                                                              instruments,
                                                              node.clock,
                                                              place,
                                                              source_settings(setup.source, config),
                                                              reader,
                                                              writer});
}

ShardHost& RunningLink::host_of(const TopicPartition& at) const
{
    return *hosts[shard_of(at, setup.config.shards).value()];
}

std::optional<Error> RunningLink::ended_for_good(bool draining) const
{
    for (const auto& end : ended) {
        if (end && (end->code() != Errc::cancelled || !draining)) return end;
    }
    const bool all = std::ranges::all_of(ended, [](const auto& end) { return end.has_value(); });
    return all ? std::optional{Error{Errc::cancelled}} : std::nullopt;
}

}  // namespace strait::links
