#include "links/clusters/owner_records.hpp"

#include "kafka/consumer.hpp"
#include "links/clusters/target_log.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto read_patience = 120s;

}  // namespace

Result<void> require_new(const LinkName& link,
                         const TopicPartition& place,
                         std::span<const TopicOwner> owners)
{
    const auto found = std::ranges::find(owners, link, &TopicOwner::link);
    if (found == owners.end()) return {};
    return fail(Errc::conflict,
                "checkpoints_missing: link " + link.value() + " mirrors " + found->target.value() +
                    " at this target, and " + to_string(place) +
                    " does not have its checkpoints: were partitions added to _strait.links? "
                    "Restore that topic, or mirror from the start under another link name");
}

OwnerRecords::OwnerRecords(asio::any_io_executor executor,
                           asio::any_io_executor pool,
                           kafka::Admin& admin,
                           kafka::ClientSettings reader,
                           Clock& clock,
                           std::shared_ptr<spdlog::logger> log)
    : executor_{std::move(executor)},
      pool_{std::move(pool)},
      admin_{admin},
      reader_{std::move(reader)},
      clock_{clock},
      log_{std::move(log)}
{
}

std::vector<TopicOwner> OwnerRecords::all() const
{
    std::vector<TopicOwner> all;
    all.reserve(owners_.size());
    for (const auto& [key, owner] : owners_) all.push_back(owner);
    return all;
}

asio::awaitable<Result<OwnerRecords::Ends>> OwnerRecords::ends()
{
    const TopicName topic{links_topic_name};
    const auto described = co_await admin_.describe_topics({topic});
    if (!described) co_return fail(described.error());
    const auto found = described->find(topic);
    if (found == described->end()) co_return Ends{};
    if (!found->second) {
        if (found->second.error().code() == Errc::not_found) co_return Ends{};
        co_return fail(found->second.error());
    }
    std::map<TopicPartition, kafka::OffsetQuery> queries;
    for (std::size_t i = 0; i < found->second->partitions; ++i) {
        const Partition partition{static_cast<std::int32_t>(i)};
        queries.emplace(TopicPartition{topic, partition}, kafka::LatestOffset{});
    }
    const auto answers =
        co_await admin_.list_offsets(std::move(queries), kafka::Isolation::read_committed);
    if (!answers) co_return fail(answers.error());
    Ends ends;
    for (const auto& [at, end] : *answers) {
        if (!end) co_return fail(end.error());
        ends.emplace(at, *end);
    }
    co_return ends;
}

asio::awaitable<Result<void>> OwnerRecords::refresh()
{
    auto ends = co_await this->ends();
    if (!ends) co_return fail(ends.error().within("_strait.links"));
    std::vector<kafka::StartAt> start;
    std::erase_if(*ends, [&](const auto& end) {
        const auto next = next_.try_emplace(end.first, 0).first->second;
        if (next < end.second) start.push_back({end.first, next, LeaderEpoch{-1}});
        return next >= end.second;
    });
    if (start.empty()) co_return Result<void>{};

    auto consumer = kafka::Consumer::open(executor_, pool_, reader_, log_);
    if (!consumer) co_return fail(consumer.error());
    if (auto assigned = (*consumer)->assign(start); !assigned) co_return assigned;
    const auto until = clock_.now() + read_patience;
    while (!ends->empty()) {
        const auto fetched = co_await (*consumer)->next(until);
        if (!fetched) co_return fail(fetched.error().within("_strait.links"));
        if (const auto* const batch = std::get_if<kafka::RecordBatch>(&*fetched)) {
            for (const auto& record : batch->records) {
                if (auto kept = keep(record.key.value_or(""), record.value); !kept) co_return kept;
            }
            next_.at(batch->at) = batch->next();
        } else if (const auto* const end = std::get_if<kafka::EndOfPartition>(&*fetched)) {
            next_.at(end->at) = std::max(next_.at(end->at), end->offset);
        } else {
            co_return fail(
                std::get<kafka::PartitionFailure>(*fetched).error.within("_strait.links"));
        }
        std::erase_if(*ends, [&](const auto& end) { return next_.at(end.first) >= end.second; });
    }
    co_return Result<void>{};
}

Result<void> OwnerRecords::keep(std::string_view key, std::optional<std::string_view> value)
{
    const auto decoded = decode_key(key);
    if (!decoded) return fail(decoded.error().within("_strait.links"));
    const auto* const topic = std::get_if<TopicKey>(&*decoded);
    if (topic == nullptr) return {};
    auto record = decode_record(key, value);
    if (!record) return fail(record.error().within("_strait.links"));
    const std::pair owner{topic->link, topic->source};
    if (auto* const kept = std::get_if<TopicOwner>(&*record)) {
        owners_.insert_or_assign(owner, std::move(*kept));
    } else {
        owners_.erase(owner);
    }
    return {};
}

}  // namespace strait::links
