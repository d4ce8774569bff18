#include "links/source_fences.hpp"

#include "core/failpoint.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

using kafka::Acl;
using AclResults = std::vector<Result<void>>;

constexpr auto tick = 100ms;
constexpr std::size_t batch_max = 200;  // in one request

// Asks with some of them at a time; fails with the first that fails.
asio::awaitable<Result<void>> change(
    kafka::Admin& admin,
    asio::awaitable<Result<AclResults>> (kafka::Admin::*ask)(std::vector<Acl>),
    const std::set<TopicName>& topics)
{
    std::vector<Acl> acls;
    acls.reserve(topics.size());
    for (const auto& topic : topics) acls.push_back(fence_of(topic));
    std::span<const Acl> rest{acls};
    while (!rest.empty()) {
        const auto some = rest.first(std::min(rest.size(), batch_max));
        rest = rest.subspan(some.size());
        const auto results = co_await (admin.*ask)({some.begin(), some.end()});
        if (!results) co_return fail(results.error());
        for (std::size_t i = 0; i < results->size(); ++i) {
            const auto& one = results->at(i);
            if (!one) co_return fail(one.error().within(to_string(some[i])));
        }
    }
    co_return Result<void>{};
}

// Without the right to make them none was made. Only then this is asked: what has just been made
// brokers may not show yet.
asio::awaitable<bool> may_be_there(kafka::Admin& admin, const std::set<TopicName>& topics)
{
    const auto present = co_await admin.describe_acls(kafka::AclResource::topic);
    if (!present || present->empty()) co_return true;  // the right to see them may be missing
    co_return std::ranges::any_of(*present, [&](const Acl& acl) {
        const TopicName topic{acl.name};
        return topics.contains(topic) && acl == fence_of(topic);
    });
}

std::set<TopicName> as_set(const std::vector<TopicName>& topics)
{
    return {topics.begin(), topics.end()};
}

}  // namespace

// Whoever has it is the one that works.
struct SourceFences::Turn {
    explicit Turn(bool& busy) noexcept : busy_{busy} { busy_ = true; }
    ~Turn() { busy_ = false; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    bool& busy_;
};

SourceFences::SourceFences(Operations& operations, const NodePorts& node, FindCluster find)
    : operations_{operations},
      node_{node},
      find_{std::move(find)},
      log_{std::make_shared<spdlog::logger>(node.logging.make_logger("links/fence"))}
{
}

asio::awaitable<Result<void>> SourceFences::wait_for_turn()
{
    while (busy_) {
        auto waited = co_await node_.clock.wait_until(node_.clock.now() + tick);
        if (!waited) co_return waited;
    }
    co_return Result<void>{};
}

Result<std::unique_ptr<kafka::Admin>> SourceFences::open(const ClusterName& cluster)
{
    const auto found = find_(cluster);
    if (!found) {
        return fail(Errc::not_found,
                    "cluster " + cluster.value() + " is not in the configuration any more");
    }
    return kafka::Admin::open(node_.control, node_.pool, found->cluster, log_, found->limiter);
}

asio::awaitable<Result<FencePlan>> SourceFences::look(kafka::Admin& admin,
                                                      std::set<TopicName> topics,
                                                      std::set<TopicName> noted,
                                                      std::set<TopicName> shared)
{
    const auto present = co_await admin.describe_acls(kafka::AclResource::topic);
    if (!present) co_return fail(present.error());
    // Without the right to see them the answer may be empty as well.
    if (present->empty()) {
        co_return fail(Errc::forbidden,
                       "it shows none; if it has any, grant our user DESCRIBE on the cluster");
    }
    co_return plan_fence(*present, topics, noted, shared);
}

asio::awaitable<Result<FencePlan>> SourceFences::plan(ClusterName cluster,
                                                      std::set<TopicName> topics)
{
    const auto admin = open(cluster);
    if (!admin) co_return fail(admin.error());
    co_return co_await look(
        **admin, std::move(topics), {}, fenced_by_others(OperationId{}, cluster));
}

asio::awaitable<Result<bool>> SourceFences::raise(OperationId id,
                                                  ClusterName cluster,
                                                  std::set<TopicName> topics)
{
    if (auto waited = co_await wait_for_turn(); !waited) co_return fail(waited.error());
    const Turn turn{busy_};
    const auto* const operation = operations_.find(id);
    if (operation == nullptr) co_return fail(Errc::not_found, "the operation is forgotten");
    const auto noted = as_set(operation->fence.topics);
    const auto admin = open(cluster);
    if (!admin) co_return fail(admin.error());
    const auto plan =
        co_await look(**admin, std::move(topics), noted, fenced_by_others(id, cluster));
    if (!plan) co_return fail(plan.error());
    if (auto refusal = refusal_of(*plan); !refusal.empty()) {
        co_return fail(Errc::conflict, std::move(refusal));
    }
    if (plan->ours != noted) {
        SourceFence fence{cluster, {plan->ours.begin(), plan->ours.end()}};
        const auto kept = co_await operations_.keep_fence(id, std::move(fence));
        if (!kept) co_return fail(kept.error());
        if (auto reached = co_await reach("fence.noted", node_.clock); !reached) {
            co_return fail(reached.error());
        }
    }
    if (plan->missing.empty()) co_return false;
    const auto made = co_await change(**admin, &kafka::Admin::create_acls, plan->missing);
    if (!made) co_return fail(made.error());
    log_->info("source fenced cluster={} topics={} foreign={}",
               cluster.value(),
               plan->missing.size(),
               plan->foreign);
    if (auto reached = co_await reach("fence.made", node_.clock); !reached) {
        co_return fail(reached.error());
    }
    co_return true;
}

asio::awaitable<Result<std::size_t>> SourceFences::lift(OperationId id)
{
    if (auto waited = co_await wait_for_turn(); !waited) co_return fail(waited.error());
    const Turn turn{busy_};
    const auto* const operation = operations_.find(id);
    if (operation == nullptr || operation->fence.topics.empty()) co_return 0;
    const auto cluster = operation->fence.cluster;
    auto topics = as_set(operation->fence.topics);
    for (const auto& topic : fenced_by_others(id, cluster)) topics.erase(topic);
    const auto admin = open(cluster);
    if (!admin) co_return fail(admin.error());
    const auto removed = co_await change(**admin, &kafka::Admin::delete_acls, topics);
    if (!removed && removed.error().code() != Errc::forbidden) co_return fail(removed.error());
    if (!removed && co_await may_be_there(**admin, topics)) co_return fail(removed.error());
    log_->info("source open again cluster={} topics={}", cluster.value(), topics.size());
    if (auto reached = co_await reach("fence.removed", node_.clock); !reached) {
        co_return fail(reached.error());
    }
    const auto kept = co_await operations_.keep_fence(id, {});
    if (!kept) co_return fail(kept.error());
    co_return topics.size();
}

asio::awaitable<Result<std::size_t>> SourceFences::lift_all(LinkName link, ClusterName cluster)
{
    std::size_t topics = 0;
    for (const auto& operation : operations_.all()) {
        if (operation.link != link || operation.fence.cluster != cluster) continue;
        const auto lifted = co_await lift(operation.id);
        if (!lifted) co_return lifted;
        topics += *lifted;
    }
    co_return topics;
}

FenceCount SourceFences::count(const LinkName& link, const ClusterName& cluster) const
{
    std::set<TopicName> ours;
    std::set<TopicName> others;
    for (const auto& operation : operations_.all()) {
        if (operation.fence.cluster != cluster) continue;
        auto& topics = operation.link == link ? ours : others;
        topics.insert(operation.fence.topics.begin(), operation.fence.topics.end());
    }
    const auto shared =
        std::ranges::count_if(ours, [&](const auto& topic) { return others.contains(topic); });
    return {ours.size() - static_cast<std::size_t>(shared), static_cast<std::size_t>(shared)};
}

std::set<TopicName> SourceFences::fenced_by_others(OperationId id, const ClusterName& cluster) const
{
    std::set<TopicName> topics;
    for (const auto& operation : operations_.all()) {
        if (operation.id == id || operation.fence.cluster != cluster) continue;
        topics.insert(operation.fence.topics.begin(), operation.fence.topics.end());
    }
    return topics;
}

std::string refusal_of(const FencePlan& plan)
{
    if (plan.without_acl.empty()) return "";
    return std::to_string(plan.without_acl.size()) + " topics have no ACL at the source, as " +
           plan.without_acl.begin()->value() +
           ": brokers that let everybody in where there is none would keep the link from reading as "
           "well; allow those who need the topic, or stop its producers and promote without "
           "--fence-source";
}

}  // namespace strait::links
