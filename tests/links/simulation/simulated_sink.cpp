#include "tests/links/simulation/simulated_sink.hpp"

#include <utility>

namespace strait::links::simulation {

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
    world.at_work.erase(this);
    const auto codes = {Errc::unavailable, Errc::timed_out, Errc::fatal, Errc::forbidden};
    if (auto fault = world.fault(codes)) co_return fail(*fault);
    const auto epoch = world.in_transactions() ? world.target.init_producer(number_) : 0;
    if (co_await turns_.next()) co_return fail(Errc::cancelled);
    if (auto fault = world.fault(codes)) co_return fail(*fault);
    epoch_ = epoch;
    deaths_ = world.target.deaths();
    co_return Result<void>{};
}

Result<void> Sink::begin()
{
    EXPECT_FALSE(begun_) << "a transaction within another";
    EXPECT_FALSE(late_) << "begun while an EndTxn may be under way";
    EXPECT_GE(epoch_, 0) << "not open";
    begun_ = true;
    if (!turns_.world.in_transactions()) turns_.world.at_work.insert(this);
    disturbed_ = false;
    deaths_ = turns_.world.target.deaths();
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
        for (const auto& header : record.headers) {
            if (header.name == stamp_header) queued.content.stamp = std::string{*header.value};
        }
        const auto index = delivered_.size() + queued_.size();
        if (refuses(queued, 1)) {
            co_return fail_at(index, Error{Errc::refused, "not even queued"}, true);
        }
        queued_.push_back(std::move(queued));
        if (auto fault = world.fault({Errc::too_large, Errc::fatal, Errc::abort_required})) {
            queued_.back().failed = true;
            co_return fail_at(index, *std::move(fault));
        }
    }
    // What was queued is sent while more is appended, and may be refused in the middle of it.
    const bool sends = world.weather.refusal > 0 || !world.in_transactions();
    if (sends && world.dice.chance(300)) send();
    if (co_await turns_.next()) co_return fail(Errc::cancelled);
    co_return Result<void>{};
}

// Up to the first that fails; nothing more of the transaction is sent after it. Without one what
// follows may get there all the same.
void Sink::send()
{
    auto& world = turns_.world;
    for (const auto& record : std::exchange(queued_, {})) {
        if (record.failed) continue;
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
        if (failed && !failed_) {
            static_cast<void>(fail_at(delivered_.size(), *std::move(failed)));
        }
        if (failed && !world.in_transactions() && world.dice.chance(500)) continue;
        if (failed) return;
        delivered_.push_back(world.in_transactions()
                                 ? world.target.append(number_, record.to, record.content)
                                 : world.target.append_plain(record.to, record.content));
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
    // What is under way gets there, or does not.
    if (!turns_.world.in_transactions() && turns_.world.dice.chance(500)) send();
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
    if (!world.in_transactions()) {
        begun_ = false;
        world.at_work.erase(this);
        co_return Result<void>{};
    }
    if (outcome == Target::Outcome::committed && world.weather.death > 0) {
        world.target.acknowledge_commit(number_);
    } else {
        world.target.end_transaction(number_, outcome);
    }
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

}  // namespace strait::links::simulation
