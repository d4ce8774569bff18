#include "links/shard/shard_closing.hpp"
#include "tests/links/simulation/simulated_source.hpp"
#include "tests/links/simulation/simulation.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace strait::links::simulation {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

class Sink final : public ShardSink {
  public:
    Sink(Turns& turns, ShardNumber number) : turns_{turns}, number_{number} {}

    asio::awaitable<Result<void>> open(Clock::Time deadline) override;
    Result<void> begin() override;
    asio::awaitable<Result<void>> append(const TopicPartition& to,
                                         const kafka::RecordBatch& batch) override;
    asio::awaitable<Result<kafka::Delivered>> flush(Clock::Time deadline) override;
    asio::awaitable<Result<void>> commit(Clock::Time deadline) override;
    asio::awaitable<Result<void>> abort(Clock::Time deadline) override;
    [[nodiscard]] bool disturbed() const override { return disturbed_; }
    [[nodiscard]] std::size_t queued_bytes() const override { return queued_.size(); }
    [[nodiscard]] std::optional<Error> trouble() const override { return std::nullopt; }

  private:
    struct Queued {
        TopicPartition to;
        Content content;
    };

    [[nodiscard]] bool fenced() const { return epoch_ != turns_.world.target.epoch(number_); }
    [[nodiscard]] bool refuses(const Queued& record, int remainder) const;
    Result<void> fail_at(std::size_t index, Error error, bool alone = false);
    void send();
    asio::awaitable<Result<void>> end(Target::Outcome outcome);

    Turns& turns_;
    ShardNumber number_;
    int epoch_ = -1;
    bool begun_ = false;
    bool disturbed_ = false;
    bool late_ = false;  // an EndTxn of this producer may still arrive
    std::vector<Queued> queued_;
    std::vector<Offset> delivered_;
    std::optional<kafka::Delivered::Failed> failed_;
};

// Of those that are never taken some are refused by the client, others by the broker; the rest is
// not even read.
bool Sink::refuses(const Queued& record, int remainder) const
{
    const auto& world = turns_.world;
    const auto number = static_cast<std::uint64_t>(record.content.timestamp_ms);
    return record.to != world.links && number % 3 == std::uint64_t(remainder) &&
           world.refused.contains(number);
}

Result<void> Sink::fail_at(std::size_t index, Error error, bool alone)
{
    failed_ = kafka::Delivered::Failed{.index = index, .error = error, .alone = alone};
    return fail(std::move(error));
}

asio::awaitable<Result<void>> Sink::open(Clock::Time)
{
    auto& world = turns_.world;
    if (co_await turns_.next()) co_return fail(Errc::cancelled);
    epoch_ = -1;
    begun_ = disturbed_ = late_ = false;
    const auto codes = {Errc::unavailable, Errc::timed_out, Errc::fatal, Errc::forbidden};
    if (auto fault = world.fault(codes)) co_return fail(*fault);
    const auto epoch = world.target.init_producer(number_);
    if (co_await turns_.next()) co_return fail(Errc::cancelled);
    if (auto fault = world.fault(codes)) co_return fail(*fault);
    epoch_ = epoch;
    co_return Result<void>{};
}

Result<void> Sink::begin()
{
    EXPECT_FALSE(begun_) << "a transaction within another";
    EXPECT_FALSE(late_) << "begun while an EndTxn may be under way";
    EXPECT_GE(epoch_, 0) << "not open";
    begun_ = true;
    disturbed_ = false;
    queued_.clear();
    delivered_.clear();
    failed_.reset();
    if (auto fault = turns_.world.fault({Errc::fatal})) return fail(*fault);
    return {};
}

asio::awaitable<Result<void>> Sink::append(const TopicPartition& to,
                                           const kafka::RecordBatch& batch)
{
    EXPECT_TRUE(begun_) << "appends outside of a transaction";
    auto& world = turns_.world;
    if (failed_) co_return fail(failed_->error);
    for (const auto& record : batch.records) {
        Queued queued{to, {{}, {}, record.timestamp_ms}};
        if (record.key) queued.content.key = std::string{*record.key};
        if (record.value) queued.content.value = std::string{*record.value};
        const auto index = delivered_.size() + queued_.size();
        if (refuses(queued, 1)) {
            co_return fail_at(index, Error{Errc::refused, "not even queued"}, true);
        }
        queued_.push_back(std::move(queued));
        if (auto fault = world.fault({Errc::too_large, Errc::fatal, Errc::abort_required})) {
            co_return fail_at(index, *std::move(fault));
        }
    }
    // What was queued is sent while more is appended, and may be refused in the middle of it.
    if (world.weather.refusal > 0 && world.dice.chance(300)) send();
    if (co_await turns_.next()) co_return fail(Errc::cancelled);
    co_return Result<void>{};
}

// Up to the first that fails; nothing more of the transaction is sent after it.
void Sink::send()
{
    auto& world = turns_.world;
    for (const auto& record : std::exchange(queued_, {})) {
        std::optional<Error> failed;
        if (fenced()) failed = Error{Errc::fatal, "fenced"};
        if (!failed && world.target_down) failed = Error{Errc::abort_required, "down"};
        if (!failed) {
            failed = world.fault({Errc::abort_required,
                                  Errc::fatal,
                                  Errc::too_large,
                                  Errc::refused,
                                  Errc::forbidden,
                                  Errc::not_found,
                                  Errc::timed_out});
        }
        if (!failed && refuses(record, 0)) failed = Error{Errc::refused, "refused"};
        if (failed) {
            static_cast<void>(fail_at(delivered_.size(), *std::move(failed)));
            return;
        }
        delivered_.push_back(world.target.append(number_, record.to, record.content));
    }
}

asio::awaitable<Result<kafka::Delivered>> Sink::flush(Clock::Time)
{
    auto& world = turns_.world;
    if (co_await turns_.next()) co_return fail(Errc::cancelled);
    if (!failed_ || failed_->alone) send();
    kafka::Delivered delivered;
    if (failed_) {
        delivered.failed = failed_;
        co_return delivered;
    }
    if (co_await turns_.next()) co_return fail(Errc::cancelled);
    if (auto fault = world.fault({Errc::timed_out, Errc::fatal, Errc::unavailable})) {
        co_return fail(*fault);
    }
    delivered.offsets = delivered_;
    co_return delivered;
}

asio::awaitable<Result<void>> Sink::commit(Clock::Time)
{
    EXPECT_TRUE(queued_.empty()) << "commits before everything is delivered";
    turns_.world.now += turns_.world.commit_takes;
    co_return co_await end(Target::Outcome::committed);
}

asio::awaitable<Result<void>> Sink::abort(Clock::Time)
{
    if (turns_.world.aborts_fail) co_return fail(Errc::fatal, "an invalid state");
    co_return co_await end(Target::Outcome::aborted);
}

// May fail before it happens, and after.
asio::awaitable<Result<void>> Sink::end(Target::Outcome outcome)
{
    auto& world = turns_.world;
    EXPECT_TRUE(begun_) << "ends a transaction that it did not begin";
    const auto codes = {Errc::timed_out, Errc::fatal, Errc::unavailable, Errc::abort_required};
    if (co_await turns_.next()) co_return fail(Errc::cancelled);
    if (auto fault = world.fault(codes)) co_return fail(*fault);
    if (fenced()) co_return fail(Errc::fatal, "fenced");
    world.target.end_transaction(number_, outcome);
    if (co_await turns_.next()) co_return fail(Errc::cancelled);
    if (auto fault = world.fault(codes)) co_return fail(*fault);
    begun_ = false;
    if (world.fault({Errc::timed_out})) disturbed_ = late_ = true;
    if (world.fault({Errc::timed_out})) {
        late_ = true;
        world.now += 10s;
    }
    co_return Result<void>{};
}

class Log final : public LinkLog {
  public:
    explicit Log(Turns& turns) : turns_{turns} {}

    [[nodiscard]] TopicPartition place() const override { return turns_.world.links; }
    asio::awaitable<Result<Offset>> read(Offset from, Visitor visit) override;

  private:
    Turns& turns_;
};

asio::awaitable<Result<Offset>> Log::read(Offset from, Visitor visit)
{
    auto& world = turns_.world;
    if (co_await turns_.next()) co_return fail(Errc::cancelled);
    if (auto fault = world.fault({Errc::unavailable, Errc::timed_out})) co_return fail(*fault);
    const auto end = static_cast<std::int64_t>(world.target.log(world.links).size());
    if (from.value() > end) co_return fail(Errc::conflict, "checkpoints_missing");
    for (auto at = from.value(); at < end;) {
        int patience = 10;
        while (world.target.undecided(world.target.log(world.links)[std::size_t(at)])) {
            if (co_await turns_.next()) co_return fail(Errc::cancelled);
            if (--patience > 0) continue;
            turns_.pass(world.now + 60s);
            if (world.dice.chance(500)) world.target.time_out();
            co_return fail(Errc::timed_out, "an open transaction");
        }
        const auto entry = world.target.log(world.links)[std::size_t(at++)];
        if (!world.target.visible(entry)) continue;
        const std::array record{decode_record(*entry.content.key, entry.content.value).value()};
        if (auto shown = visit(record); !shown) co_return fail(shown.error());
        if (!world.dice.chance(300)) continue;
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        if (auto fault = world.fault({Errc::unavailable})) co_return fail(*fault);
    }
    co_return Offset{end};
}

class Questions final : public Survey {
  public:
    explicit Questions(Turns& turns) : turns_{turns} {}

    asio::awaitable<Result<Facts>> facts(std::vector<Mirror> mirrors) override
    {
        auto& world = turns_.world;
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        if (auto fault = world.fault({Errc::unavailable, Errc::timed_out})) co_return fail(*fault);
        Facts facts;
        for (const auto& mirror : mirrors) {
            if (auto fault = world.fault({Errc::unavailable, Errc::forbidden, Errc::not_found})) {
                facts.emplace(mirror.source, fail(*fault));
                continue;
            }
            facts.emplace(mirror.source, world.facts_of(mirror));
        }
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        co_return facts;
    }

    asio::awaitable<Result<Ids>> source_ids(std::set<TopicName> topics) override
    {
        auto& world = turns_.world;
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        if (auto fault = world.fault({Errc::unavailable, Errc::timed_out})) co_return fail(*fault);
        if (world.now < world.ids_known_at) co_return fail(Errc::unavailable, "no answer");
        Ids ids;
        for (const auto& name : topics) {
            if (auto fault = world.fault({Errc::unavailable, Errc::not_found})) {
                ids.emplace(name, fail(*fault));
            } else {
                ids.emplace(name, world.topic(name).now().id);
            }
        }
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        co_return ids;
    }

    asio::awaitable<Result<void>> raise_record_limit(TopicName, TopicName) override
    {
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        if (turns_.world.dice.chance(500)) co_return fail(Errc::too_large);
        co_return Result<void>{};
    }

  private:
    Turns& turns_;
};

}  // namespace

struct Process::Parts {
    Parts(World& world, LinkView& of, Role role)
        : turns{.world = world},
          config{config_of(world)},
          view{of},
          sink{turns, role.number},
          throttle{world.bandwidth}
    {
        config.shards = role.shards;
        const ShardSettings settings{config.name, role.number, role.term, "node", role.seed, 5s};
        shard.emplace(
            settings,
            config,
            ShardPorts{source, sink, link_log, survey, view, throttle, instruments, clock, log});
        asio::co_spawn(turns.io, run(), [](const std::exception_ptr& thrown) {
            if (thrown) std::rethrow_exception(thrown);
        });
    }

    asio::awaitable<void> run() { ended = co_await shard->run(); }

    Turns turns;
    LinkConfig config;
    LinkView& view;
    Source source{turns};
    Sink sink;
    Log link_log{turns};
    Questions survey{turns};
    Throttle throttle;
    Metrics metrics;
    LinkInstruments instruments{metrics, config.name};
    SimulatedClock clock{turns};
    spdlog::logger log{"", std::make_shared<spdlog::sinks::null_sink_mt>()};
    std::optional<Shard> shard;
    std::optional<Error> ended;
};

Process::Process(World& world, LinkView& view, Role role)
    : parts_{std::make_unique<Parts>(world, view, role)}
{
}

Process::Process(World& world, LinkView& view, std::uint32_t seed)
    : Process{world, view, Role{ShardNumber{0}, Term{++world.terms}, 1, seed}}
{
}

Process::~Process() = default;

bool Process::step()
{
    parts_->turns.io.poll_one();
    return !parts_->ended;
}

void Process::cancel() { parts_->turns.cancelled = true; }
Shard& Process::shard() { return *parts_->shard; }
const std::optional<Error>& Process::ended() const { return parts_->ended; }
LinkView& Process::view() { return parts_->view; }

struct Closing::Parts {
    Parts(World& world, LinkView& of, std::uint32_t count, Term term)
        : turns{.world = world}, view{of}
    {
        asio::co_spawn(turns.io, run(count, term), [](const std::exception_ptr& thrown) {
            if (thrown) std::rethrow_exception(thrown);
        });
    }

    asio::awaitable<void> run(std::uint32_t count, Term term)
    {
        Offset end;
        for (std::uint32_t i = 0; i < count; ++i) {
            Sink sink{turns, ShardNumber{i}};
            const ShardSettings settings{turns.world.link, ShardNumber{i}, term, "node", 0, 5s};
            const auto closed =
                co_await close_shard(settings, reader, end, {sink, link_log, view, clock});
            if (!closed) {
                ended = fail(closed.error());
                co_return;
            }
            end = *closed;
        }
        ended = Result<void>{};
    }

    static constexpr ShardNumber reader{0xFFFF'FFFF};

    Turns turns;
    LinkView& view;
    Log link_log{turns};
    SimulatedClock clock{turns};
    std::optional<Result<void>> ended;
};

Closing::Closing(World& world, LinkView& view, std::uint32_t count, Term term)
    : parts_{std::make_unique<Parts>(world, view, count, term)}
{
}

Closing::~Closing() = default;

bool Closing::step()
{
    parts_->turns.io.poll_one();
    return !parts_->ended;
}

const std::optional<Result<void>>& Closing::ended() const { return parts_->ended; }

}  // namespace strait::links::simulation
