#include "tests/support/checker.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace strait::testing {
namespace {

// A write, as the source and its producer know it.
struct Known {
    Offset offset{-1};
    std::uint64_t digest = 0;
    Outcome outcome = Outcome::unknown;
    const SeenRecord* seen = nullptr;  // at the source
};

using KnownRecords = std::map<RecordIdentity, Known>;

KnownRecords known_records(const PartitionEvidence& evidence)
{
    KnownRecords known;
    for (const auto& each : evidence.produced) {
        known[each.identity] = {each.offset, each.digest, each.outcome, nullptr};
    }
    for (const auto& record : evidence.source_records) {
        const auto identity = identity_of(record);
        if (!identity) continue;
        known[*identity] = {record.offset, content_digest(record), Outcome::ok, &record};
    }
    return known;
}

std::string altered_parts(const SeenRecord& source, const SeenRecord& target)
{
    std::string parts;
    if (source.timestamp_ms != target.timestamp_ms) parts += " timestamp";
    if (source.key != target.key) parts += " key";
    if (source.value != target.value) parts += " value";
    if (source.headers != target.headers) parts += " headers";
    return parts;
}

class PartitionCheck {
  public:
    PartitionCheck(const PartitionEvidence& evidence, const Translate& translate, Verdict& verdict)
        : evidence_{evidence},
          translate_{translate},
          verdict_{verdict},
          known_{known_records(evidence)}
    {
    }

    void run()
    {
        for (const auto& record : evidence_.target_records) check_target_record(record);
        verdict_.count_checked(evidence_.target_records.size());
        find_missing();
        check_missing();
        for (const auto& gap : evidence_.gaps) check_gap(gap);
        if (translate_) check_map();
    }

  private:
    struct Pair {
        Offset source;
        Offset target;
    };

    void fail(Invariant invariant,
              const RecordIdentity& identity,
              Offset source,
              Offset target,
              std::string_view what)
    {
        verdict_.fail(invariant,
                      fmt::format("{} record {} source offset {} target offset {}: {}",
                                  to_string(evidence_.source),
                                  to_string(identity),
                                  source.value(),
                                  target.value(),
                                  what));
    }

    void check_target_record(const SeenRecord& record)
    {
        const auto identity = identity_of(record);
        const auto found = identity ? known_.find(*identity) : known_.end();
        if (found == known_.end()) {
            const bool forgotten = identity && evidence_.produced.empty() &&
                                   evidence_.source_log_start > evidence_.start;
            if (!forgotten)
                fail(Invariant::no_duplicate,
                     identity.value_or(RecordIdentity{}),
                     Offset{-1},
                     record.offset,
                     "was never at the source");
            return;
        }
        const auto& known = found->second;
        if (known.outcome == Outcome::fail)
            fail(Invariant::no_duplicate,
                 *identity,
                 known.offset,
                 record.offset,
                 "was aborted at the source");
        if (!copied_.emplace(*identity, record.offset).second) {
            fail(Invariant::no_duplicate,
                 *identity,
                 known.offset,
                 record.offset,
                 fmt::format("is already at {}", copied_.at(*identity).value()));
            return;
        }
        check_place(*identity, known, record.offset);
        check_content(*identity, known, record);
    }

    void check_place(const RecordIdentity& identity, const Known& known, Offset at)
    {
        if (known.offset.value() < 0) return;
        if (!pairs_.empty() && known.offset <= pairs_.back().source)
            fail(Invariant::order,
                 identity,
                 known.offset,
                 at,
                 fmt::format("follows source offset {}", pairs_.back().source.value()));
        else
            pairs_.push_back({known.offset, at});
        if (evidence_.until && known.offset >= *evidence_.until)
            fail(Invariant::checkpoint,
                 identity,
                 known.offset,
                 at,
                 fmt::format("is beyond the checkpoint {}", evidence_.until->value()));
        if (known.offset < evidence_.start)
            fail(Invariant::checkpoint, identity, known.offset, at, "is before the start");
    }

    void check_content(const RecordIdentity& identity, const Known& known, const SeenRecord& record)
    {
        if (content_digest(record) != known.digest)
            fail(Invariant::fidelity,
                 identity,
                 known.offset,
                 record.offset,
                 "altered:" + (known.seen != nullptr ? altered_parts(*known.seen, record) : ""));
        if (known.seen == nullptr) return;
        const auto type = known.seen->timestamp_type == TimestampType::log_append_time
                              ? TimestampType::create_time
                              : known.seen->timestamp_type;
        if (record.timestamp_type != type)
            fail(Invariant::fidelity,
                 identity,
                 known.offset,
                 record.offset,
                 "altered: timestamp type");
    }

    // A record that compaction may take, on either side.
    [[nodiscard]] bool is_superseded(const Known& known) const
    {
        if (!evidence_.compacted) return false;
        if (known.seen == nullptr) return known.offset >= evidence_.source_log_start;
        if (!known.seen->value) return true;
        return std::ranges::any_of(evidence_.source_records, [&](const SeenRecord& later) {
            return later.offset > known.offset && later.key == known.seen->key;
        });
    }

    void find_missing()
    {
        for (const auto& [identity, known] : known_) {
            if (known.outcome != Outcome::ok || known.offset < evidence_.start) continue;
            if (copied_.contains(identity) || is_superseded(known)) continue;
            missing_.emplace(known.offset, identity);
        }
    }

    [[nodiscard]] bool is_in_ledger(Offset offset) const
    {
        return std::ranges::any_of(evidence_.gaps, [&](const links::Gap& gap) {
            return gap.from <= offset && offset < gap.to;
        });
    }

    void check_missing()
    {
        for (const auto& [offset, identity] : missing_) {
            if (evidence_.until && offset >= *evidence_.until) continue;
            if (is_in_ledger(offset)) continue;
            if (known_.at(identity).seen != nullptr)
                fail(Invariant::no_loss, identity, offset, Offset{-1}, "is not at the target");
            fail(Invariant::loud_failure, identity, offset, Offset{-1}, "is missing in silence");
        }
    }

    void fail_gap(const links::Gap& gap, std::string_view what)
    {
        verdict_.fail(Invariant::loud_failure,
                      fmt::format("{} gap {} [{}, {}) cause {}: {}",
                                  to_string(evidence_.source),
                                  gap.id,
                                  gap.from.value(),
                                  gap.to.value(),
                                  to_string(gap.cause),
                                  what));
    }

    void check_gap(const links::Gap& gap)
    {
        if (gap.from >= gap.to) return fail_gap(gap, "is empty");
        const auto inside = std::ranges::find_if(pairs_, [&](const Pair& pair) {
            return gap.from <= pair.source && pair.source < gap.to;
        });
        if (inside != pairs_.end())
            fail_gap(gap, fmt::format("source offset {} is at the target", inside->source.value()));
        const auto missing = missing_.lower_bound(gap.from);
        const bool useful = missing != missing_.end() && missing->first < gap.to;
        if (!useful && !is_beyond_proof(gap)) fail_gap(gap, "nothing is missing in it");
    }

    // What lay there cannot be known any more: the source has lost it, and no log names it.
    [[nodiscard]] bool is_beyond_proof(const links::Gap& gap) const
    {
        switch (gap.cause) {
            case links::GapCause::log_start_moved: return gap.to <= evidence_.source_log_start;
            case links::GapCause::truncated:
            case links::GapCause::recreated:
            case links::GapCause::source_deleted:
            case links::GapCause::diverged:
            case links::GapCause::target_lost:
            case links::GapCause::corrupt: return evidence_.produced.empty();
            case links::GapCause::oversize:
            case links::GapCause::bad_record:
            case links::GapCause::operator_skip: return false;
        }
        std::unreachable();
    }

    void fail_map(links::Direction direction,
                  Offset asked,
                  const links::Translation& answer,
                  const std::string& expected)
    {
        verdict_.fail(Invariant::map_exact,
                      fmt::format("{} {} {} -> {} {}, expected {}",
                                  to_string(evidence_.source),
                                  to_string(direction),
                                  asked.value(),
                                  answer.offset ? fmt::to_string(answer.offset->value()) : "none",
                                  to_string(answer.status),
                                  expected));
    }

    void check_map()
    {
        if (pairs_.empty()) return;
        for (const auto& [source, target] : pairs_) {
            expect_exact(links::Direction::forward, source, target);
            expect_exact(links::Direction::inverse, target, source);
        }
        check_between(links::Direction::forward, &Pair::source, &Pair::target);
        check_between(links::Direction::inverse, &Pair::target, &Pair::source);
        check_before_first();
        check_after_last();
    }

    links::Translation ask(links::Direction direction, Offset offset) const
    {
        const bool forward = direction == links::Direction::forward;
        return translate_(direction, forward ? evidence_.source : evidence_.target, offset);
    }

    void expect_exact(links::Direction direction, Offset asked, Offset expected)
    {
        const auto answer = ask(direction, asked);
        if (answer.status != links::Translation::Status::exact || answer.offset != expected)
            fail_map(direction, asked, answer, fmt::format("{} exact", expected.value()));
    }

    // What lies between two records answers with the later one, and says that it is not the same.
    void check_between(links::Direction direction, Offset Pair::* from, Offset Pair::* to)
    {
        for (std::size_t i = 1; i < pairs_.size(); ++i) {
            for (auto offset = (pairs_[i - 1].*from).value() + 1;
                 offset < (pairs_[i].*from).value();
                 ++offset) {
                const auto answer = ask(direction, Offset{offset});
                const auto expected = pairs_[i].*to;
                if (answer.status != links::Translation::Status::gap || answer.offset != expected)
                    fail_map(
                        direction, Offset{offset}, answer, fmt::format("{} gap", expected.value()));
            }
        }
    }

    // The first record is what a reader gets next, whether the log began there or the mirror did.
    void check_before_first()
    {
        for (auto offset = evidence_.start; offset < pairs_.front().source;
             offset = Offset{offset.value() + 1}) {
            const auto answer = ask(links::Direction::forward, offset);
            if (answer.offset != pairs_.front().target)
                fail_map(links::Direction::forward,
                         offset,
                         answer,
                         fmt::format("{}", pairs_.front().target.value()));
        }
    }

    // The end of the target, before or behind our marker; how far beyond, where the position is
    // known.
    void check_after_last()
    {
        const auto [source, target] = pairs_.back();
        const auto next = evidence_.until.value_or(Offset{source.value() + 1});
        for (auto offset = source.value() + 1; offset <= next.value() + 3; ++offset) {
            const auto answer = ask(links::Direction::forward, Offset{offset});
            const bool near = answer.offset == Offset{target.value() + 1} ||
                              answer.offset == Offset{target.value() + 2};
            const auto beyond = std::max<std::int64_t>(offset - next.value(), 0);
            if (!near || !is_end(answer, beyond))
                fail_map(links::Direction::forward,
                         Offset{offset},
                         answer,
                         fmt::format("{} {}", target.value() + 1, beyond > 0 ? "clamped" : "end"));
        }
    }

    [[nodiscard]] bool is_end(const links::Translation& answer, std::int64_t beyond) const
    {
        using Status = links::Translation::Status;
        if (!evidence_.until)
            return answer.status == Status::end || answer.status == Status::clamped;
        if (beyond == 0) return answer.status == Status::end;
        return answer.status == Status::clamped && answer.not_replicated == beyond;
    }

    const PartitionEvidence& evidence_;
    const Translate& translate_;
    Verdict& verdict_;
    KnownRecords known_;
    std::map<RecordIdentity, Offset> copied_;
    std::vector<Pair> pairs_;  // ascending on both sides
    std::map<Offset, RecordIdentity> missing_;
};

}  // namespace

void check_partition(const PartitionEvidence& evidence,
                     const Translate& translate,
                     Verdict& verdict)
{
    PartitionCheck{evidence, translate, verdict}.run();
}

}  // namespace strait::testing
