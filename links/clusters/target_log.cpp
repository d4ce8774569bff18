#include "links/clusters/target_log.hpp"

#include "core/run_on.hpp"
#include "kafka/consumer.hpp"
#include "links/store/link_batch.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto read_patience = 120s;  // longer than any transaction that may lie below the end
constexpr auto append_deadline = 60s;
constexpr auto leader_patience = 5s;  // of a topic just created; a broker that is away takes longer
constexpr auto leader_poll = 100ms;
constexpr std::size_t replicas_wanted = 3;
constexpr std::size_t segment_bytes = 64 << 20;  // only closed segments are compacted

asio::awaitable<Result<void>> create_links_topic(kafka::Admin& target,
                                                 const kafka::LinksTopicConfig& config)
{
    const auto cluster = co_await target.describe_cluster();
    if (!cluster) co_return fail(cluster.error());
    const auto wanted = config.replication_factor > 0 ? config.replication_factor : replicas_wanted;
    const auto replicas =
        std::clamp<std::size_t>(wanted, 1, std::max<std::size_t>(cluster->brokers, 1));
    const auto in_sync = std::min<std::size_t>(config.min_insync_replicas, replicas);

    kafka::NewTopic topic;
    topic.name = TopicName{links_topic_name};
    topic.partitions = config.partitions;
    topic.replication_factor = replicas;
    topic.configs = {{"cleanup.policy", "compact"},
                     {"min.insync.replicas", std::to_string(replicas > 1 ? in_sync : 1)},
                     {"message.timestamp.type", "CreateTime"},
                     {"compression.type", "producer"},
                     {"segment.bytes", std::to_string(segment_bytes)}};
    auto created = co_await target.create_topic(std::move(topic));
    if (!created && created.error().code() != Errc::conflict) co_return created;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> require_compacted(kafka::Admin& target)
{
    const TopicName name{links_topic_name};
    const auto configs = co_await target.describe_configs({name});
    if (!configs) co_return fail(configs.error());
    const auto found = configs->find(name);
    if (found == configs->end() || !found->second) co_return Result<void>{};  // no right to look
    const auto policy = found->second->find("cleanup.policy");
    if (policy == found->second->end() || policy->second.value == "compact") {
        co_return Result<void>{};
    }
    co_return fail(Errc::conflict,
                   "_strait.links at the target has cleanup.policy=" + policy->second.value +
                       ", so checkpoints would be deleted by time: set it to compact");
}

// Damage at the target is nothing that another look, or another view, would mend.
Error unreadable(const Error& error, Offset offset)
{
    if (error.code() != Errc::corrupt) return error.within("_strait.links");
    return Error{Errc::conflict,
                 "checkpoints_damaged: _strait.links at the target cannot be read at offset " +
                     std::to_string(offset.value()) + ": " + error.detail() +
                     ": let its broker take that partition from another replica, or mirror from "
                     "the start under another link name"};
}

}  // namespace

Result<std::vector<LinkRecord>> records_of(const LinkName& link,
                                           const kafka::RecordBatch& batch,
                                           Offset end)
{
    std::vector<LinkRecord> mine;
    for (const auto& record : batch.records) {
        if (record.offset >= end) break;
        const auto bytes = record.key.value_or("");
        const auto key = decode_key(bytes);
        if (!key) return fail(unreadable(key.error(), record.offset));
        if (std::visit([](const auto& it) { return it.link; }, *key) != link) continue;
        auto decoded = decode_record(bytes, record.value);
        if (!decoded) return fail(unreadable(decoded.error(), record.offset));
        mine.push_back(*std::move(decoded));
    }
    return mine;
}

asio::awaitable<Result<std::size_t>> ensure_links_topic(kafka::Admin& target,
                                                        const kafka::LinksTopicConfig& config)
{
    const TopicName name{links_topic_name};
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto described = co_await target.describe_topics({name});
        if (!described) co_return fail(described.error().within("_strait.links"));
        const auto found = described->find(name);
        if (found != described->end() && found->second) {
            if (auto compacted = co_await require_compacted(target); !compacted) {
                co_return fail(compacted.error());
            }
            co_return found->second->partitions;
        }
        if (found != described->end() && found->second.error().code() != Errc::not_found) {
            co_return fail(found->second.error().within("_strait.links"));
        }
        if (auto created = co_await create_links_topic(target, config); !created) {
            co_return fail(created.error().within("creating _strait.links"));
        }
    }
    co_return fail(Errc::unavailable, "_strait.links was created and is not visible yet");
}

TargetLog::TargetLog(LinkName link,
                     TopicPartition place,
                     kafka::ClientSettings reader,
                     kafka::ClientSettings writer,
                     TargetLogPorts ports)
    : link_{std::move(link)},
      place_{std::move(place)},
      reader_{std::move(reader)},
      writer_{std::move(writer)},
      ports_{std::move(ports)}
{
}

// The partition of a topic just created has no leader for a moment: that is waited for quietly.
asio::awaitable<Result<TargetLog::Ends>> TargetLog::ends()
{
    const auto until = ports_.clock.now() + leader_patience;
    for (;;) {
        auto ends = co_await ask_ends();
        const auto now = ports_.clock.now();
        if (ends || !is_retryable(ends.error().code()) || now >= until) co_return ends;
        const auto waited = co_await ports_.clock.wait_until(now + leader_poll);
        if (!waited) co_return fail(waited.error());
    }
}

asio::awaitable<Result<TargetLog::Ends>> TargetLog::ask_ends()
{
    struct Question {
        Offset Ends::* end;
        kafka::OffsetQuery query;
        kafka::Isolation isolation;
    };
    using enum kafka::Isolation;
    // In this order they never contradict each other: each may only have grown since the last.
    const std::array questions{Question{&Ends::low, kafka::EarliestOffset{}, read_uncommitted},
                               Question{&Ends::stable, kafka::LatestOffset{}, read_committed},
                               Question{&Ends::high, kafka::LatestOffset{}, read_uncommitted}};
    Ends ends;
    for (const auto& [end, query, isolation] : questions) {
        const auto answer =
            co_await run_on(ports_.admins.executor,
                            ports_.admins.target.list_offsets({{place_, query}}, isolation));
        if (!answer) co_return fail(answer.error().within("_strait.links"));
        const auto found = answer->find(place_);
        if (found == answer->end()) co_return fail(Errc::unavailable, "no answer about its end");
        if (!found->second) co_return fail(found->second.error().within("_strait.links"));
        ends.*end = *found->second;
    }
    co_return ends;
}

Result<Offset> TargetLog::begin(const Ends& ends, Offset from) const
{
    if (from <= ends.high && (from == Offset{0} || from >= ends.low)) {
        return std::max(from, ends.low);
    }
    return fail(Errc::conflict,
                "checkpoints_missing: " + to_string(place_) + " holds offsets " +
                    std::to_string(ends.low.value()) + " to " + std::to_string(ends.high.value()) +
                    ", and was read to " + std::to_string(from.value()) + " before");
}

asio::awaitable<Result<Offset>> TargetLog::read(Offset from, Visitor visit)
{
    const auto ends = co_await this->ends();
    if (!ends) co_return fail(ends.error());
    const auto begin = this->begin(*ends, from);
    if (!begin) co_return fail(begin.error());
    co_return co_await read_to(ends->high, *begin, std::move(visit));
}

asio::awaitable<Result<bool>> TargetLog::settled()
{
    const auto ends = co_await this->ends();
    if (!ends) co_return fail(ends.error());
    co_return ends->stable == ends->high;
}

asio::awaitable<Result<TargetLog::Stable>> TargetLog::read_stable(Offset from, Visitor visit)
{
    const auto ends = co_await this->ends();
    if (!ends) co_return fail(ends.error());
    const auto begin = this->begin(*ends, from);
    if (!begin) co_return fail(begin.error());
    // What was applied before may lie behind a transaction that was opened before it.
    const auto end = std::max(ends->stable, *begin);
    const auto read = co_await read_to(end, *begin, std::move(visit));
    if (!read) co_return fail(read.error());
    co_return Stable{end, end == ends->high};
}

asio::awaitable<Result<Offset>> TargetLog::read_to(Offset end, Offset from, Visitor visit)
{
    if (from == end) co_return from;

    auto consumer = kafka::Consumer::open(ports_.executor, ports_.pool, reader_, ports_.log);
    if (!consumer) co_return fail(consumer.error());
    const std::array start{kafka::StartAt{place_, from, LeaderEpoch{-1}}};
    if (auto assigned = (*consumer)->assign(start); !assigned) co_return fail(assigned.error());

    const auto until = ports_.clock.now() + read_patience;
    while (from < end) {
        const auto fetched = co_await (*consumer)->next(until);
        if (!fetched) co_return fail(fetched.error().within("reading _strait.links"));
        if (const auto* const batch = std::get_if<kafka::RecordBatch>(&*fetched)) {
            const auto mine = records_of(link_, *batch, end);
            if (!mine) co_return fail(mine.error());
            const auto shown = mine->empty() ? Result<void>{} : visit(*mine);
            if (!shown) co_return fail(shown.error());
            from = batch->next();
        } else if (const auto* const last = std::get_if<kafka::EndOfPartition>(&*fetched)) {
            from = std::max(from, last->offset);
        } else {
            const auto& failure = std::get<kafka::PartitionFailure>(*fetched);
            co_return fail(unreadable(failure.error, failure.offset.value_or(from)));
        }
    }
    co_return end;
}

Result<void> TargetLog::open_writer()
{
    if (producer_) return {};
    auto opened = kafka::Producer::open(ports_.executor, ports_.pool, writer_, ports_.log);
    if (!opened) return fail(opened.error());
    producer_ = *std::move(opened);
    return {};
}

asio::awaitable<Result<void>> TargetLog::write(const std::vector<LinkRecord>& records)
{
    const auto batch = batch_of(records, ports_.clock.wall_ms());
    if (auto appended = co_await producer_->append(place_, batch); !appended) co_return appended;
    const auto delivered = co_await producer_->flush(ports_.clock.now() + append_deadline);
    if (!delivered) co_return fail(delivered.error());
    if (const auto& failed = delivered->failed) co_return fail(failed->error);
    co_return Result<void>{};
}

asio::awaitable<Result<void>> TargetLog::append(std::vector<LinkRecord> records, LinkView& view)
{
    if (auto opened = open_writer(); !opened) co_return opened;
    if (auto written = co_await write(records); !written) {
        producer_.reset();  // after a failure it may be good for nothing
        co_return written;
    }
    const auto applied = view.applied(link_reader);
    if (!applied) co_return fail(applied.error());
    co_return view.apply(link_reader, records, applied->value_or(Offset{0}));
}

}  // namespace strait::links
