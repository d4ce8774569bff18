#include "links/tail_copier.hpp"

#include "core/failpoint.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <string>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto poll = 500ms;
constexpr auto ask_again = 100ms;
constexpr auto patience = 30s;  // less than a transaction may last
constexpr auto deadline = 60s;
constexpr auto commit_interval = 5s;

using Queries = std::map<TopicPartition, kafka::OffsetQuery>;

// Soon after a topic is made each of its partitions has a leader.
asio::awaitable<Result<std::map<TopicPartition, Offset>>> ask(kafka::Admin& admin,
                                                              Queries queries,
                                                              Clock& clock)
{
    const auto until = clock.now() + patience;
    for (;;) {
        const auto answers =
            co_await admin.list_offsets(queries, kafka::Isolation::read_uncommitted);
        if (!answers) co_return fail(answers.error());
        std::map<TopicPartition, Offset> offsets;
        Error missing{Errc::unavailable, "its partitions are not known"};
        for (const auto& [at, answer] : *answers) {
            if (answer) offsets.emplace(at, *answer);
            if (!answer) missing = answer.error().within(to_string(at));
        }
        if (offsets.size() == queries.size()) co_return offsets;
        if (clock.now() >= until) co_return fail(missing);
        if (auto waited = co_await clock.wait_until(clock.now() + ask_again); !waited) {
            co_return fail(waited.error());
        }
    }
}

}  // namespace

Result<LogReader> TailCopier::open_reader(const RunningLink& link,
                                          const kafka::ClusterConfig& cluster)
{
    return LogReader::open({link.node.control,
                            link.node.pool,
                            log_reader_settings(cluster),
                            link.node.clock,
                            link.log});
}

asio::awaitable<Result<void>> TailCopier::open()
{
    auto opened = co_await sink_.open(link_.node.clock.now() + deadline);
    if (!opened) co_return opened;
    Queries first;
    Queries last;
    for (std::size_t i = 0; i < to_.partitions; ++i) {
        const TopicPartition at{to_.name, Partition{static_cast<std::int32_t>(i)}};
        first.emplace(at, kafka::EarliestOffset{});
        last.emplace(at, kafka::LatestOffset{});
    }
    auto starts = co_await ask(*link_.target, std::move(first), link_.node.clock);
    if (!starts) co_return fail(starts.error());
    const auto ends = co_await ask(*link_.target, std::move(last), link_.node.clock);
    if (!ends) co_return fail(ends.error());
    for (const auto& [at, end] : *ends) {
        if (auto read = co_await read_salvaged(at, (*starts)[at], end); !read) co_return read;
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
    const auto asked = link_.node.clock.now();
    if (done) done = co_await sink_.commit(until);
    if (!done) co_return fail(co_await give_up(done.error()));
    begun_ = false;
    // A request to end this transaction that is sent again may end the next one of the producer.
    const bool slow = link_.node.clock.now() - asked > link_.setup.target.socket_timeout / 2;
    if (slow || sink_.disturbed()) {
        auto opened = co_await sink_.open(link_.node.clock.now() + deadline);
        if (!opened) co_return opened;
    }
    count_ += static_cast<std::int64_t>(std::exchange(records_, 0));
    bytes_ = 0;
    co_return co_await reach("reverse.salvaged", link_.node.clock);
}

// What is open would hide the end of the topic until it times out. What the producer says of a
// record is why, and no success of ours.
asio::awaitable<Error> TailCopier::give_up(Error error)
{
    if (!begun_) co_return error;
    const auto delivered = co_await sink_.flush(link_.node.clock.now() + deadline / 2);
    const auto failed = delivered ? delivered->failed : std::nullopt;
    if (failed) error = failed->error;
    const auto aborted = co_await sink_.abort(link_.node.clock.now() + deadline);
    if (!aborted) {
        link_.log->warn("salvage not aborted detail={:?}", aborted.error().detail());
    }
    co_return error;
}

}  // namespace strait::links
