#include "core/failpoint.hpp"
#include "links/clusters/cluster_survey.hpp"
#include "links/clusters/lane_settings.hpp"
#include "links/clusters/record_lane.hpp"
#include "links/config/topic_configs.hpp"
#include "links/link.hpp"
#include "links/running_link.hpp"
#include "links/salvage.hpp"
#include "links/verify/log_reader.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// How what a failover left at the source gets to a topic of its own, before mirroring turns around.
// What has been copied that topic says, so there is nothing to remember.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto poll = 500ms;
constexpr auto patience = 30s;  // less than a transaction may last
constexpr auto deadline = 60s;
constexpr auto commit_interval = 5s;
constexpr auto visible_poll = 100ms;

// Of one partition of the source: records that were never mirrored.
struct Tail {
    OriginLog log;
    Offset from;
    Offset to;
};

asio::awaitable<Result<std::optional<kafka::TopicDescription>>> describe(kafka::Admin& admin,
                                                                         TopicName topic)
{
    const auto answer = co_await admin.describe_topics({topic});
    if (!answer) co_return fail(answer.error());
    const auto found = answer->find(topic);
    if (found == answer->end()) co_return fail(Errc::unavailable, topic.value() + ": no answer");
    const auto& described = found->second;
    if (described) co_return std::optional{*described};
    if (described.error().code() != Errc::not_found) co_return fail(described.error());
    co_return std::optional<kafka::TopicDescription>{};
}

// Empty where they may not be read.
asio::awaitable<Result<kafka::TopicConfig>> configs_of(kafka::Admin& admin, TopicName topic)
{
    const auto answer = co_await admin.describe_configs({topic});
    if (!answer) co_return fail(answer.error());
    const auto found = answer->find(topic);
    if (found == answer->end() || !found->second) co_return kafka::TopicConfig{};
    co_return *found->second;
}

std::string value_of(const kafka::TopicConfig& configs, std::string_view name)
{
    const auto found = configs.find(std::string{name});
    return found == configs.end() ? "" : found->second.value;
}

// Whether there is something to salvage; more than the markers of transactions, if that is known.
bool has_tail(const Reversal& reversal, const ReversedPartition& partition)
{
    return partition.diverged > 0 || (!reversal.counted && partition.tail < partition.target_end);
}

std::vector<Tail> tails_of(const Reversal& reversal, const ClusterId& source)
{
    std::vector<Tail> tails;
    for (const auto& [owner, partitions] : reversal.topics) {
        for (const auto& each : partitions) {
            if (!has_tail(reversal, each)) continue;
            tails.push_back({{source, to_string(owner.target_id), {owner.target, each.partition}},
                             each.tail,
                             each.target_end});
        }
    }
    return tails;
}

Result<LogReader> open_reader(const RunningLink& link, const kafka::ClusterConfig& cluster)
{
    return LogReader::open({link.node.control,
                            link.node.pool,
                            log_reader_settings(cluster),
                            link.node.clock,
                            link.log});
}

// Copies tails, one after the other, in transactions of the salvaging producer: who had it before
// is fenced, and what that left open is aborted.
//
// Not thread-safe: control thread. What it is given outlives it.
class TailCopier {
  public:
    TailCopier(RunningLink& link,
               LogReader source,
               kafka::TopicDescription to,
               const ReadWatch& watch)
        : link_{link},
          source_{std::move(source)},
          to_{std::move(to)},
          watch_{watch},
          sink_{link.node.control,
                link.node.pool,
                salvage_settings(link.setup.target, link.setup.config),
                link.log}
    {
    }

    // Fences, and reads what the topic has.
    asio::awaitable<Result<void>> open();

    asio::awaitable<Result<void>> copy(Tail tail);

    // How many it has copied.
    [[nodiscard]] std::int64_t count() const noexcept { return count_; }

  private:
    asio::awaitable<Result<void>> read_salvaged(TopicPartition at, Offset from, Offset to);
    asio::awaitable<Result<bool>> read(LogReader& reader, Clock::Time until);
    asio::awaitable<Result<void>> append(const Tail& tail);
    asio::awaitable<Result<void>> commit();
    asio::awaitable<Error> give_up(Error error);

    RunningLink& link_;
    LogReader source_;
    kafka::TopicDescription to_;
    const ReadWatch& watch_;
    RecordSink sink_;
    Salvaged salvaged_;
    bool begun_ = false;
    Clock::Time begun_at_;
    std::uint64_t records_ = 0;  // of the transaction
    std::uint64_t bytes_ = 0;
    std::int64_t count_ = 0;
};

asio::awaitable<Result<void>> TailCopier::open()
{
    auto opened = co_await sink_.open(link_.node.clock.now() + deadline);
    if (!opened) co_return opened;
    std::map<TopicPartition, kafka::OffsetQuery> first;
    std::map<TopicPartition, kafka::OffsetQuery> last;
    for (std::size_t i = 0; i < to_.partitions; ++i) {
        const TopicPartition at{to_.name, Partition{static_cast<std::int32_t>(i)}};
        first.emplace(at, kafka::EarliestOffset{});
        last.emplace(at, kafka::LatestOffset{});
    }
    constexpr auto all = kafka::Isolation::read_uncommitted;
    const auto starts = co_await link_.target->list_offsets(std::move(first), all);
    if (!starts) co_return fail(starts.error());
    const auto ends = co_await link_.target->list_offsets(std::move(last), all);
    if (!ends) co_return fail(ends.error());
    for (const auto& [at, end] : *ends) {
        const auto start = starts->find(at);
        if (start == starts->end() || !start->second || !end) {
            co_return fail(Errc::unavailable, to_string(at) + ": its ends are not known");
        }
        if (auto read = co_await read_salvaged(at, *start->second, *end); !read) co_return read;
    }
    co_return Result<void>{};
}

// To the end that there is, whoever has a transaction open before it.
asio::awaitable<Result<void>> TailCopier::read_salvaged(TopicPartition at, Offset from, Offset to)
{
    if (from >= to) co_return Result<void>{};
    auto reader = open_reader(link_, link_.setup.target);
    if (!reader) co_return fail(reader.error());
    if (auto begun = reader->begin(at, from); !begun) co_return begun;
    auto until = link_.node.clock.now() + patience;
    while (reader->next() < to) {
        const auto read = co_await this->read(*reader, until);
        if (!read) co_return fail(read.error());
        if (!*read) continue;
        if (!reader->records().empty()) until = link_.node.clock.now() + patience;
        for (const auto& record : reader->records()) take_over(salvaged_, record);
    }
    co_return Result<void>{};
}

// False if nothing has come yet.
asio::awaitable<Result<bool>> TailCopier::read(LogReader& reader, Clock::Time until)
{
    if (link_.ending || watch_.is_over()) co_return fail(Errc::cancelled);
    auto read = co_await reader.read(link_.node.clock.now() + poll);
    if (!read || *read || link_.node.clock.now() < until) co_return read;
    co_return fail(Errc::timed_out,
                   to_string(reader.at()) + ": nothing came to read at offset " +
                       std::to_string(reader.next().value()) +
                       " for 30 s; if a transaction is open there, wait until it has ended");
}

asio::awaitable<Result<void>> TailCopier::copy(Tail tail)
{
    const auto known = salvaged_.find(tail.log);
    if (known != salvaged_.end()) tail.from = std::max(tail.from, known->second);
    if (tail.from >= tail.to) co_return Result<void>{};
    if (auto begun = source_.begin(tail.log.at, tail.from); !begun) co_return begun;
    auto until = link_.node.clock.now() + patience;
    while (source_.next() < tail.to) {
        const auto read = co_await this->read(source_, until);
        if (!read) co_return fail(co_await give_up(read.error()));
        if (!*read) continue;
        until = link_.node.clock.now() + patience;
        if (auto appended = co_await append(tail); !appended) co_return appended;
    }
    co_return co_await commit();
}

asio::awaitable<Result<void>> TailCopier::append(const Tail& tail)
{
    const Partition partition{static_cast<std::int32_t>(
        static_cast<std::size_t>(tail.log.at.partition.value()) % to_.partitions)};
    const auto copies = with_origin(source_.records(), tail.log, {to_.name, partition}, tail.to);
    if (copies.records.empty()) co_return Result<void>{};
    if (!std::exchange(begun_, true)) {
        if (auto begun = sink_.begin(); !begun) co_return fail(co_await give_up(begun.error()));
        begun_at_ = link_.node.clock.now();
    }
    const auto appended = co_await sink_.append(copies.at, copies);
    if (!appended) co_return fail(co_await give_up(appended.error()));
    records_ += copies.records.size();
    for (const auto& record : copies.records) bytes_ += record.bytes();
    watch_.note("salvaging " + to_string(tail.log.at) + " from offset " +
                std::to_string(source_.next().value()) + " on");
    const auto& limits = link_.setup.config.commit;
    const bool full = records_ >= limits.records || bytes_ >= limits.bytes.value ||
                      link_.node.clock.now() >= begun_at_ + commit_interval;
    if (!full) co_return Result<void>{};
    co_return co_await commit();
}

asio::awaitable<Result<void>> TailCopier::commit()
{
    if (!begun_) co_return Result<void>{};
    const auto until = link_.node.clock.now() + deadline;
    const auto delivered = co_await sink_.flush(until);
    if (!delivered) co_return fail(co_await give_up(delivered.error()));
    if (const auto& failed = delivered->failed) co_return fail(co_await give_up(failed->error));
    auto done = co_await reach("reverse.salvaging", link_.node.clock);
    if (done) done = co_await sink_.commit(until);
    if (!done) co_return fail(co_await give_up(done.error()));
    begun_ = false;
    count_ += static_cast<std::int64_t>(std::exchange(records_, 0));
    bytes_ = 0;
    co_return co_await reach("reverse.salvaged", link_.node.clock);
}

// What is open would hide the end of the topic until it times out. What the producer says of a
// record is why, and no success of ours.
asio::awaitable<Error> TailCopier::give_up(Error error)
{
    if (!begun_) co_return error;
    const auto until = link_.node.clock.now() + deadline;
    const auto delivered = co_await sink_.flush(until);
    const auto failed = delivered ? delivered->failed : std::nullopt;
    if (failed) error = failed->error;
    const auto aborted = co_await sink_.abort(until);
    if (!aborted) {
        link_.log->warn("salvage not aborted detail={:?}", aborted.error().detail());
    }
    co_return error;
}

// Soon after a topic is made the brokers know it.
asio::awaitable<Result<kafka::TopicDescription>> wait_for_topic(RunningLink& link, TopicName topic)
{
    const auto until = link.node.clock.now() + patience;
    for (;;) {
        auto found = co_await describe(*link.target, topic);
        if (!found) co_return fail(found.error());
        auto& described = *found;
        if (described && described->partitions > 0) co_return *std::move(described);
        if (link.node.clock.now() >= until) {
            co_return fail(Errc::timed_out, topic.value() + ": the target does not show it yet");
        }
        auto waited = co_await link.node.clock.wait_until(link.node.clock.now() + visible_poll);
        if (!waited) co_return fail(waited.error());
    }
}

asio::awaitable<Result<void>> make_topic(RunningLink& link,
                                         TopicName topic,
                                         const std::vector<TopicOwner>& from)
{
    std::optional<kafka::TopicDescription> like;  // the one with the most partitions
    std::vector<std::string> record_limits;
    for (const auto& owner : from) {
        const auto configs = co_await configs_of(*link.source, owner.target);
        if (!configs) co_return fail(configs.error().within("source"));
        record_limits.push_back(value_of(*configs, record_limit_config));
        const auto found = co_await describe(*link.target, owner.source);
        if (!found) co_return fail(found.error());
        const auto& mirror = *found;
        if (mirror && (!like || like->partitions < mirror->partitions)) like = mirror;
    }
    if (!like) co_return fail(Errc::unavailable, "the mirror topics are not there");
    const auto known = co_await configs_of(*link.target, like->name);
    if (!known) co_return fail(known.error());
    auto made =
        co_await link.target->create_topic(salvage_topic(topic, *like, record_limits, *known));
    if (!made && made.error().code() != Errc::conflict) co_return made;
    co_return Result<void>{};
}

Error refused(const TopicName& topic, const std::string& why)
{
    return Error{Errc::conflict,
                 topic.value() + " cannot take what is salvaged: " + why + "; name another topic"};
}

}  // namespace

asio::awaitable<Result<bool>> Link::finds_salvage(TopicName topic)
{
    const Question link{running_.get()};
    if (!link || !link->target_owners || !link->source_owners) {
        co_return fail(Errc::unavailable, "the link is not connected");
    }
    if (const auto illegal = why_illegal(topic)) co_return fail(refused(topic, *illegal));
    if (is_never_mirrored(topic)) co_return fail(refused(topic, "it is internal"));
    if (auto found = co_await link->target_owners->refresh(); !found) co_return fail(found.error());
    for (const auto& owner : link->target_owners->all()) {
        if (owner.target != topic) continue;
        co_return fail(refused(topic,
                               "it is, or was, the mirror of " + owner.source.value() +
                                   " of link " + owner.link.value()));
    }
    // With loops unchecked the right to read them may be missing.
    const bool reads_source = setup_.config.topics.loop_check != LoopCheck::off;
    auto read = reads_source ? co_await link->source_owners->refresh() : Result<void>{};
    if (!read) co_return fail(read.error());
    for (const auto& owner : link->source_owners->all()) {
        if (owner.source != topic || owner.source_cluster != link->clusters.target.id) continue;
        co_return fail(refused(topic, "link " + owner.link.value() + " mirrors it"));
    }
    const auto found = co_await describe(*link->target, topic);
    if (!found) co_return fail(found.error().within("target"));
    if (!*found) co_return false;
    const auto configs = co_await configs_of(*link->target, topic);
    if (!configs) co_return fail(configs.error().within("target"));
    if (value_of(*configs, cleanup_config).contains("compact")) {
        co_return fail(refused(topic, "it is compacted, so it would lose records"));
    }
    co_return true;
}

asio::awaitable<Result<void>> Link::salvage(Reversal reversal, TopicName topic, ReadWatch watch)
{
    const Question link{running_.get()};
    if (!link) co_return fail(Errc::cancelled);
    const auto tails = tails_of(reversal, link->clusters.source.id);
    if (tails.empty()) co_return Result<void>{};
    const auto found = co_await describe(*link->target, topic);
    if (!found) co_return fail(found.error().within("target"));
    if (!*found) {
        std::vector<TopicOwner> from;
        for (const auto& each : reversal.topics) {
            const bool has_some = std::ranges::any_of(each.partitions, [&](const auto& partition) {
                return has_tail(reversal, partition);
            });
            if (has_some) from.push_back(each.owner);
        }
        const auto made = co_await make_topic(*link, topic, from);
        if (!made) co_return fail(made.error().within(topic.value()));
    }
    auto to = co_await wait_for_topic(*link, topic);
    if (!to) co_return fail(to.error().within("target"));
    auto source = open_reader(*link, link->setup.source);
    if (!source) co_return fail(source.error().within("source"));
    TailCopier copier{*link, *std::move(source), *std::move(to), watch};
    if (auto opened = co_await copier.open(); !opened) {
        co_return fail(opened.error().within(topic.value()));
    }
    for (const auto& tail : tails) {
        const auto copied = co_await copier.copy(tail);
        if (!copied) co_return fail(copied.error().within("salvaging " + to_string(tail.log.at)));
    }
    log_->info("salvaged topic={} records={}", topic.value(), copier.count());
    co_return Result<void>{};
}

}  // namespace strait::links
