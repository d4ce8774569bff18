#include "links/shard/shard.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// What is done with records that the target refuses (links.md 4.5).
namespace strait::links {

namespace asio = boost::asio;

namespace {

// A dead letter points into the record that it is made of, and into these.
struct DeadLetterTexts {
    std::shared_ptr<const void> record;
    std::string topic;
    std::string partition;
    std::string offset;
    std::string reason;
};

// Of one record; `link resume` has to be told the topic and the partition besides.
std::string remedy_of(GapCause cause, Offset record)
{
    if (cause == GapCause::corrupt) {
        return "repair the source, or give the record up with `strait link resume --skip-to " +
               std::to_string(record.value() + 1) + "`";
    }
    if (cause == GapCause::oversize) {
        return "raise limits.record, and max.message.bytes of the target topic, or to go on "
               "without it set policies.on_oversize: skip, or dead_letter";
    }
    return "to go on without it set policies.on_bad_record: skip, or dead_letter";
}

}  // namespace

// The report of a record was a failure; returns why the transaction is aborted.
asio::awaitable<Error> Shard::refused(const Transaction& transaction,
                                      kafka::Delivered::Failed failed)
{
    const auto code = failed.error.code();
    const auto [mirror, source, dead_letter] = transaction.find(failed.index);
    if (mirror == nullptr) co_return std::move(failed.error);
    if (dead_letter) co_return refused_dead_letter(mirror->at(), failed.error);
    const Error cause{code == Errc::fatal ? Errc::fatal : Errc::abort_required,
                      to_string(mirror->at()) + ": " + failed.error.detail()};
    auto& member = members_.at(mirror->at());
    if (code == Errc::forbidden || code == Errc::not_found) {
        auto taken_out = start_later(member, failed.error.detail(), member.refusals.next());
        co_return taken_out ? cause : taken_out.error();
    }
    if (code != Errc::too_large && code != Errc::refused) co_return cause;

    const bool may_raise = code == Errc::too_large &&
                           config_.policies.on_oversize == RecordPolicy::raise &&
                           !std::exchange(member.limit_raised, true);
    if (may_raise) {
        const auto raised =
            co_await ports_.survey.raise_record_limit(mirror->at().topic, mirror->mirror().target);
        if (raised) co_return cause;
        ports_.log.warn("record limit not raised topic={} detail={:?}",
                        mirror->mirror().target.value(),
                        raised.error().detail());
    }
    const auto& copied = transaction.parts().at(mirror).copied;
    const auto before = static_cast<std::size_t>(
        std::ranges::find(copied, source, &Copied::source) - copied.begin());
    const bool found = before == 0 && (failed.alone || copied.size() == 1);
    if (!found) {
        // What comes before it goes first, if anything does.
        const auto& last = before > 0 ? copied[before - 1] : copied.back();
        member.isolation =
            Isolation{.records_max = std::nullopt, .until = Offset{last.source.value() + 1}};
        if (before == 0) member.isolation->records_max = copied.size() / 2;
        co_return cause;
    }
    if (auto given_up = give_up(member, source, failed.error); !given_up) {
        co_return given_up.error();
    }
    co_return cause;
}

// A dead letter that fails by itself would fail for ever.
Error Shard::refused_dead_letter(const TopicPartition& at, const Error& error)
{
    Error cause{error.code() == Errc::fatal ? Errc::fatal : Errc::abort_required,
                "dead letter of " + to_string(at) + ": " + error.detail()};
    const bool for_good = error.code() == Errc::too_large || error.code() == Errc::refused ||
                          error.code() == Errc::forbidden || error.code() == Errc::not_found;
    if (!for_good) return cause;
    auto& member = members_.at(at);
    auto letter = std::exchange(member.dead_letter, std::nullopt);
    assert(letter);
    auto reason = letter->reason + "; and topic " + config_.policies.dead_letter_topic.value() +
                  " does not take it: " + error.detail();
    if (auto halted = halt(member, std::move(letter->gap), std::move(reason)); !halted) {
        return halted.error();
    }
    return cause;
}

// One record can not be mirrored: into the ledger, and on behind it only where the policy says so.
Result<void> Shard::give_up(Member& member, Offset record, const Error& error)
{
    const auto cause = error.code() == Errc::too_large ? GapCause::oversize
                       : error.code() == Errc::refused ? GapCause::bad_record
                                                       : GapCause::corrupt;
    auto gap = gap_of(member.mirror.mirror(),
                      member.mirror.position(),
                      cause,
                      record,
                      Offset{record.value() + 1});
    auto reason = "record " + std::to_string(record.value()) + ": " + error.detail();
    const auto policy = cause == GapCause::oversize     ? config_.policies.on_oversize
                        : cause == GapCause::bad_record ? config_.policies.on_bad_record
                                                        : RecordPolicy::halt;
    member.isolation.reset();
    switch (policy) {
        case RecordPolicy::raise:
        case RecordPolicy::halt:
            return halt(member, std::move(gap), reason + "; " + remedy_of(cause, record));
        case RecordPolicy::skip:
            gap.policy = GapPolicy::skip;
            member.skipped = std::move(gap);
            return {};
        case RecordPolicy::dead_letter:
            gap.policy = GapPolicy::skip;
            member.dead_letter = {std::move(gap), std::move(reason)};
            return {};
    }
    std::unreachable();
}

// One record can not be read, so that there is nothing to make a dead letter of. What was read
// before it is in the transaction, or at the target.
Result<void> Shard::pass_over(Member& member, Offset record, const Error& error)
{
    auto gap = gap_of(member.mirror.mirror(),
                      member.mirror.position(),
                      GapCause::bad_record,
                      record,
                      Offset{record.value() + 1});
    if (config_.policies.on_bad_record != RecordPolicy::skip) {
        return halt(member,
                    std::move(gap),
                    "record " + std::to_string(record.value()) + ": " + error.detail() +
                        "; set policies.on_bad_record: skip to go on");
    }
    gap.policy = GapPolicy::skip;
    member.mirror.gave_up_to(gap.to);
    return book(std::move(gap));
}

Result<void> Shard::halt(Member& member, Gap gap, std::string reason)
{
    gap.policy = GapPolicy::halt;
    gap.open = true;
    member.mirror.stop(MirrorState::halted, std::move(reason));
    const std::array gone{member.mirror.at()};
    if (auto unassigned = ports_.source.unassign(gone); !unassigned) return unassigned;
    return book(std::move(gap));
}

// Leaves of the batch what may go on together, which may be nothing, and the rest to be fetched
// again. True if that is a record for the dead letter topic.
bool Shard::cut(Member& member, kafka::RecordBatch& batch)
{
    auto kept = batch.records.size();
    if (member.isolation) {
        const auto& [records_max, until] = *member.isolation;
        const auto end = std::ranges::lower_bound(batch.records, until, {}, &kafka::Record::offset);
        kept = static_cast<std::size_t>(end - batch.records.begin());
        if (records_max) {
            kept = std::min(kept, *records_max);
            member.reassign = true;  // one batch a transaction, or the next ones would join it
        }
    }
    bool dead_letter = false;
    if (member.dead_letter) {
        const auto found =
            std::ranges::find(batch.records, member.dead_letter->gap.from, &kafka::Record::offset);
        dead_letter = found == batch.records.begin();
        const auto before = static_cast<std::size_t>(found - batch.records.begin());
        kept = std::min(kept, dead_letter ? 1 : before);
    }
    if (kept < batch.records.size()) {
        batch.records.resize(kept);
        member.reassign = true;
    }
    return dead_letter;
}

kafka::RecordBatch Shard::dead_letter_of(const Member& member,
                                         const kafka::RecordBatch& batch) const
{
    assert(member.dead_letter);
    auto letter = batch;
    auto texts = std::make_shared<DeadLetterTexts>(
        DeadLetterTexts{batch.memory,
                        batch.at.topic.value(),
                        std::to_string(batch.at.partition.value()),
                        std::to_string(batch.first().value()),
                        member.dead_letter->reason});
    auto& headers = letter.records.front().headers;
    headers.push_back({"strait.topic", texts->topic});
    headers.push_back({"strait.partition", texts->partition});
    headers.push_back({"strait.offset", texts->offset});
    headers.push_back({"strait.reason", texts->reason});
    letter.memory = std::move(texts);
    return letter;
}

}  // namespace strait::links
