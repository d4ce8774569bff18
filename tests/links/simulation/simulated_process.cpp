#include "links/shard/shard_closing.hpp"
#include "tests/links/simulation/simulated_sink.hpp"
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

class Log final : public LinkLog {
  public:
    explicit Log(Turns& turns) : turns_{turns} {}

    [[nodiscard]] TopicPartition place() const override { return turns_.world.links; }
    asio::awaitable<Result<Offset>> read(Offset from, Visitor visit) override;

    asio::awaitable<Result<bool>> settled() override
    {
        auto& target = turns_.world.target;
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        if (auto fault = turns_.world.fault({Errc::unavailable})) co_return fail(*fault);
        co_return target.stable(place()) == Offset{std::ssize(target.log(place()))};
    }

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

    asio::awaitable<Result<Ends>> target_ends(std::set<TopicPartition> targets) override
    {
        auto& world = turns_.world;
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        if (auto fault = world.fault({Errc::unavailable, Errc::timed_out})) co_return fail(*fault);
        Ends ends;
        for (const auto& at : targets) {
            const Offset end{std::ssize(world.target.log(at))};
            ends.emplace(at, TargetEnds{world.target.stable(at), end});
        }
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        co_return ends;
    }

    asio::awaitable<Result<std::map<TopicPartition, bool>>> visible(
        std::map<TopicPartition, Offset> records) override
    {
        auto& world = turns_.world;
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        const auto codes = {Errc::unavailable, Errc::timed_out, Errc::forbidden};
        if (auto fault = world.fault(codes)) co_return fail(*fault);
        std::map<TopicPartition, bool> shown;
        for (const auto& [at, offset] : records) {
            const auto& log = world.target.log(at);
            EXPECT_LE(offset, world.target.stable(at)) << "would wait";
            if (world.fault({Errc::timed_out})) continue;
            const auto index = static_cast<std::size_t>(offset.value());
            shown[at] = index < log.size() && world.target.visible(log[index]);
        }
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        co_return shown;
    }

    asio::awaitable<Result<Chains>> find_copies(Tails tails) override
    {
        auto& world = turns_.world;
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        if (auto fault = world.fault({Errc::unavailable, Errc::timed_out})) co_return fail(*fault);
        Chains chains;
        for (auto& [at, tail] : tails) {
            const auto& log = world.target.log(at);
            for (auto i = tail.from.value(); i < tail.to.value(); ++i) {
                const auto& content = log[static_cast<std::size_t>(i)].content;
                kafka::Record record{.offset = Offset{i},
                                     .timestamp_ms = content.timestamp_ms,
                                     .key = content.key,
                                     .value = content.value,
                                     .headers = {}};
                if (content.stamp) record.headers.push_back({stamp_header, *content.stamp});
                tail.chain.take(record);
            }
            chains.emplace(at, std::move(tail.chain));
        }
        if (co_await turns_.next()) co_return fail(Errc::cancelled);
        co_return chains;
    }

    asio::awaitable<Result<Ids>> source_ids(std::set<TopicName> topics, Clock::Time) override
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
          throttle{ByteRate{Bytes{world.bandwidth}}, std::nullopt}
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
