#include "exchange/demo/feed.hpp"

#include "kafka/client_settings.hpp"
#include "kafka/record.hpp"

#include <chrono>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto write_time_max = 30s;

// The views point into `step`.
std::map<TopicPartition, kafka::RecordBatch> batches_of(const OrderStep& step)
{
    std::map<TopicPartition, kafka::RecordBatch> batches;
    for (const auto& from : step.records) {
        auto& batch = batches[from.at];
        batch.at = from.at;
        auto& record = batch.records.emplace_back();
        record.timestamp_ms = from.timestamp_ms;
        record.key = from.key;
        record.value = from.value;
        for (const auto& [name, value] : from.headers) record.headers.push_back({name, value});
    }
    return batches;
}

}  // namespace

OrderFeed::OrderFeed(const links::NodePorts& node, Producer plain, Producer transactional)
    : node_{node}, plain_{std::move(plain)}, transactional_{std::move(transactional)}
{
}

asio::awaitable<Result<std::unique_ptr<OrderFeed>>> OrderFeed::open(const links::NodePorts& node,
                                                                    kafka::ClusterConfig source,
                                                                    std::string name)
{
    auto log = std::make_shared<spdlog::logger>(node.logging.make_logger("demo"));
    auto settings = kafka::client_settings(source);
    settings["enable.idempotence"] = "true";
    settings["linger.ms"] = "2";
    settings["message.timeout.ms"] = "20000";
    auto plain = kafka::Producer::open(node.control, node.pool, settings, log);
    if (!plain) co_return fail(plain.error());
    settings["transactional.id"] = name;
    auto transactional = kafka::Producer::open(node.control, node.pool, settings, log);
    if (!transactional) co_return fail(transactional.error());
    const auto until = node.clock.now() + write_time_max;
    if (auto ready = co_await (*transactional)->init_transactions(until); !ready) {
        co_return fail(ready.error().within("beginning transactions"));
    }
    co_return std::unique_ptr<OrderFeed>{
        new OrderFeed{node, *std::move(plain), *std::move(transactional)}};
}

asio::awaitable<Result<void>> OrderFeed::write(OrderStep step)
{
    const auto until = node_.clock.now() + write_time_max;
    const bool in_transaction = step.ending != OrderStep::Ending::plain;
    auto& producer = in_transaction ? *transactional_ : *plain_;
    if (in_transaction) {
        if (auto begun = producer.begin(); !begun) co_return begun;
    }
    const auto batches = batches_of(step);
    for (const auto& [at, batch] : batches) {
        if (auto appended = co_await producer.append(at, batch); !appended) co_return appended;
    }
    const auto delivered = co_await producer.flush(until);
    if (!delivered) co_return fail(delivered.error());
    if (const auto& failed = delivered->failed) co_return fail(failed->error);

    if (step.ending == OrderStep::Ending::abort) {
        if (auto aborted = co_await producer.abort(until); !aborted) co_return aborted;
        ++counts_.transactions_aborted;
        counts_.records_aborted += step.records.size();
        co_return Result<void>{};
    }
    if (in_transaction) {
        if (auto committed = co_await producer.commit(until); !committed) co_return committed;
        ++counts_.transactions;
    }
    counts_.records += step.records.size();
    auto offset = delivered->offsets.begin();
    for (const auto& [at, batch] : batches) {
        offset += static_cast<std::ptrdiff_t>(batch.records.size());
        last_[at] = *std::prev(offset);
    }
    co_return Result<void>{};
}

}  // namespace strait::exchange
