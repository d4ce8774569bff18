#include "links/shard/log_order.hpp"
#include "links/shard/shard.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

// What a shard does where the target has no transactions (links.md 4.6): copies may lie behind the
// checkpoint that says so, and what an abort leaves is not taken back. They are found by what they
// say of themselves, before anything is sent again.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto store_deadline = 30s;

// Copies of that very log may lie behind the position: of another incarnation none counts.
bool may_be_ahead(const Checkpoint& position, const PartitionFacts& facts)
{
    return position.source_id == facts.source_id && position.target_id == facts.target_id &&
           facts.at_source && facts.target_end > position.block.next_target;
}

}  // namespace

std::string Shard::prefix_of(const Checkpoint& position) const
{
    return stamp_prefix(
        settings_.link, position.source_id, position.partition, position.generation);
}

// A checkpoint is written when all before it is reported, so each is true without the others.
std::uint32_t Shard::touched_of(std::size_t checkpoints) const noexcept
{
    return at_least_once() ? 1 : static_cast<std::uint32_t>(checkpoints);
}

// As append_to_log(), each part after the one before. Nothing takes back what gets there before a
// failure: only a new session, which reads it, may go on.
asio::awaitable<Result<Offset>> Shard::append_in_parts(Clock::Time deadline,
                                                       std::span<const LinkRecord> records)
{
    std::optional<Offset> first;
    for (const auto& part : in_log_order(records)) {
        const auto written = co_await append_to_log(deadline, part);
        if (!written) {
            const auto& failure = written.error();
            const bool cancelled = failure.code() == Errc::cancelled;
            co_return fail(cancelled ? Errc::cancelled : Errc::fatal, failure.detail());
        }
        first = first.value_or(*written);
    }
    assert(first);  // no step is empty
    co_return *first;
}

// Called with the answers of both clusters, which say that a partition's source is what it was:
// they were asked for after all that we have written.
asio::awaitable<Result<void>> Shard::take_over_copies(std::vector<Mirror> due, Survey::Facts facts)
{
    auto tails = tails_of(due, facts);
    if (!tails) co_return fail(tails.error());
    if (tails->empty()) co_return Result<void>{};
    std::map<TopicPartition, Member*> members;  // by target
    for (const auto& mirror : due) {
        auto& member = members_.at(mirror.source);
        if (tails->contains(member.mirror.target()))
            members.emplace(member.mirror.target(), &member);
    }
    const auto chains = co_await ports_.survey.find_copies(*std::move(tails));
    if (!chains && chains.error().code() == Errc::cancelled) co_return fail(chains.error());
    for (const auto& [target, member] : members) {
        const bool known = chains && !chains->at(target).full();
        if (known) continue;
        const auto later =
            chains ? start_later(*member, "") : start_later(*member, chains.error().detail(), 1s);
        if (!later) co_return later;
        // Not before the next look, which goes on behind what was found.
        member->retry_at = std::max(member->retry_at, ports_.clock.now() + 1ms);
    }
    if (!chains) co_return Result<void>{};
    co_return co_await store_found(*chains, std::move(members));
}

Result<Survey::Tails> Shard::tails_of(const std::vector<Mirror>& due, const Survey::Facts& facts)
{
    Survey::Tails tails;
    for (const auto& mirror : due) {
        const auto found = facts.find(mirror.source);
        if (found == facts.end() || !found->second) continue;
        const auto position = stored_position(mirror);
        if (!position) return fail(position.error());
        const auto& known = *position;
        if (!known || !may_be_ahead(*known, *found->second)) continue;
        auto& member = members_.at(mirror.source);
        member.mirror.remember(*known);
        auto gaps = open_entries(member.mirror.at());
        if (!gaps) return fail(gaps.error());
        member.open_gaps = *std::move(gaps);
        tails.emplace(member.mirror.target(),
                      Survey::Tail{std::max(known->block.next_target, found->second->target_low),
                                   found->second->target_end,
                                   CopyChain{prefix_of(*known), known->block.next_source}});
    }
    return tails;
}

// As a transaction of which everything is delivered. What else is to be written waits for one that
// asks for the topics' ids.
asio::awaitable<Result<void>> Shard::store_found(const Survey::Chains& chains,
                                                 std::map<TopicPartition, Member*> members)
{
    Transaction found{config_.commit};
    std::vector<Offset> targets;
    for (const auto& [at, chain] : chains) {
        const auto& copies = chain.copies();
        if (copies.empty()) continue;
        auto& mirror = members.at(at)->mirror;
        mirror.found(chain.next(), chain.epoch());
        found.add_found(mirror, copies, chain.newest_ms(), ports_.clock.now());
        for (const auto& copy : copies) targets.push_back(copy.target);
        ports_.log.info("copies are found at the target, and not sent again partition={} "
                        "records={} next_source={}",
                        to_string(mirror.at()),
                        copies.size(),
                        chain.next().value());
    }
    if (found.empty()) co_return Result<void>{};
    auto gaps = std::exchange(gaps_, {});
    auto step = step_of(found, targets, {}, {});
    gaps_ = std::move(gaps);
    if (!step) co_return fail(step.error());
    for (auto& moved : step->moved) moved.effects.foreign_writes = 0;  // second copies, or not
    if (auto begun = begin(); !begun) co_return begun;
    auto stored = co_await finish(ports_.clock.now() + store_deadline, *step);
    if (!stored) co_return fail(stored.error().within("storing what the target has"));
    co_return Result<void>{};
}

// Copies are found from a position on only: a partition has one before its first record is sent.
asio::awaitable<Result<void>> Shard::store_starts(std::vector<kafka::StartAt>& assignment)
{
    const auto is_stored = [this](const kafka::StartAt& start) {
        return members_.at(start.at).mirror.stored();
    };
    if (std::ranges::all_of(assignment, is_stored)) co_return Result<void>{};
    Transaction nothing{config_.commit};
    if (auto stored = co_await commit(nothing); !stored) {
        co_return fail(stored.error().within("storing where partitions begin"));
    }
    for (const auto& start : assignment) {
        auto& member = members_.at(start.at);
        if (is_stored(start) || !member.mirror.active()) continue;
        // One transaction does not take all of them.
        if (auto later = start_later(member, ""); !later) co_return later;
    }
    // The fence may have taken some out as well.
    std::erase_if(assignment, [&](const kafka::StartAt& start) {
        return !members_.at(start.at).mirror.active();
    });
    co_return Result<void>{};
}

// After an abort, which takes nothing back.
Result<void> Shard::look_again(const std::vector<Member*>& members)
{
    for (auto* const member : members) {
        if (auto taken_out = start_later(*member, ""); !taken_out) return taken_out;
    }
    return {};
}

}  // namespace strait::links
