#include "tests/support/checker.hpp"

#include "tests/checker/mirror_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace strait::testing {
namespace {

constexpr std::size_t some = 50;  // a record in the middle

std::vector<Invariant> failed(const Verdict& verdict)
{
    std::vector<Invariant> found;
    for (const auto invariant : invariants) {
        if (verdict.violations(invariant) > 0) found.push_back(invariant);
    }
    return found;
}

using Failed = std::vector<Invariant>;

links::Gap gap(Offset from, Offset to, links::GapCause cause = links::GapCause::log_start_moved)
{
    links::Gap gap;
    gap.id = 1;
    gap.cause = cause;
    gap.from = from;
    gap.to = to;
    return gap;
}

// The first record of the copy that has a value of some length.
SeenRecord& record_with_value(MirrorModel& model)
{
    return *std::ranges::find_if(model.evidence.target_records, [](const SeenRecord& each) {
        return each.value.value_or("").size() > 50;
    });
}

TEST(Checker, PassesAPerfectMirror)
{
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const MirrorModel model{seed};

        const auto verdict = model.verdict();

        EXPECT_TRUE(verdict.passed()) << "seed " << seed << "\n" << verdict.text();
        EXPECT_EQ(verdict.checked_records(), model.evidence.source_records.size());
    }
}

TEST(Checker, FindsADroppedRecord)
{
    MirrorModel model{1};
    model.evidence.target_records.erase(model.evidence.target_records.begin() + some);
    model.map.erase(model.map.begin() + some);

    const auto verdict = model.verdict();

    EXPECT_EQ(failed(verdict), (Failed{Invariant::no_loss, Invariant::loud_failure}));
    EXPECT_EQ(verdict.violations(Invariant::no_loss), 1U);
}

TEST(Checker, FindsADroppedTail)
{
    MirrorModel model{1};
    model.evidence.target_records.pop_back();
    model.map.pop_back();

    EXPECT_EQ(model.verdict().violations(Invariant::no_loss), 1U);
}

TEST(Checker, FindsARepeatedRecord)
{
    MirrorModel model{1};
    auto repeated = model.evidence.target_records[some];
    repeated.offset = Offset{model.evidence.target_records.back().offset.value() + 1};
    model.evidence.target_records.push_back(repeated);

    EXPECT_EQ(failed(model.verdict()), Failed{Invariant::no_duplicate});
}

TEST(Checker, FindsSwappedRecords)
{
    MirrorModel model{1};
    auto& records = model.evidence.target_records;
    std::swap(records[some], records[some + 1]);
    std::swap(records[some].offset, records[some + 1].offset);

    EXPECT_GT(model.verdict().violations(Invariant::order), 0U);
}

TEST(Checker, FindsALateRecord)
{
    MirrorModel model{1};
    auto& records = model.evidence.target_records;
    std::rotate(records.begin() + some, records.begin() + some + 1, records.end());
    records.back().offset = Offset{records[records.size() - 2].offset.value() + 1};

    EXPECT_EQ(model.verdict().violations(Invariant::order), 1U);
    EXPECT_EQ(model.verdict().violations(Invariant::no_loss), 0U);
}

TEST(Checker, FindsAFlippedBit)
{
    MirrorModel model{1};
    record_with_value(model).value->at(45) ^= 1;

    const auto verdict = model.verdict();

    EXPECT_EQ(failed(verdict), Failed{Invariant::fidelity});
    EXPECT_TRUE(verdict.witnesses(Invariant::fidelity).front().ends_with("altered: value"));
}

TEST(Checker, TellsAbsentFromEmpty)
{
    MirrorModel model{1};
    auto& records = model.evidence.target_records;
    std::ranges::find(records, std::string{}, &SeenRecord::value)->value = std::nullopt;

    EXPECT_EQ(failed(model.verdict()), Failed{Invariant::fidelity});
}

TEST(Checker, FindsHeadersInAnotherOrder)
{
    MirrorModel model{1};
    auto& headers = std::ranges::find_if(model.evidence.target_records, [](const SeenRecord& each) {
                        return each.headers.size() > 2 && each.headers[0] != each.headers[1];
                    })->headers;
    std::swap(headers[0], headers[1]);

    EXPECT_EQ(failed(model.verdict()), Failed{Invariant::fidelity});
}

TEST(Checker, FindsAnAlteredTimestampAndItsType)
{
    MirrorModel model{1};
    model.evidence.target_records[some].timestamp_ms += 1;
    model.evidence.target_records[some + 1].timestamp_type = TimestampType::log_append_time;

    EXPECT_EQ(model.verdict().violations(Invariant::fidelity), 2U);
}

TEST(Checker, TakesTheAppendTimeOfASourceForItsTimestamp)
{
    MirrorModel model{1};
    for (auto& record : model.evidence.source_records)
        record.timestamp_type = TimestampType::log_append_time;

    EXPECT_TRUE(model.verdict().passed()) << model.verdict().text();
}

TEST(Checker, FindsAMapThatIsOffByOne)
{
    for (const int shift : {-1, 1}) {
        MirrorModel model{1};
        model.map[some].target = Offset{model.map[some].target.value() + shift};

        EXPECT_EQ(failed(model.verdict()), Failed{Invariant::map_exact}) << shift;
    }
}

TEST(Checker, FindsAMapThatAnswersBetweenRecords)
{
    MirrorModel model{1};
    const auto hole = std::ranges::adjacent_find(model.map, [](const auto& a, const auto& b) {
        return b.source.value() - a.source.value() > 1;
    });
    const auto invented = MirrorModel::Pair{Offset{hole->source.value() + 1}, hole->target};
    model.map.insert(hole + 1, invented);

    EXPECT_GT(model.verdict().violations(Invariant::map_exact), 0U);
}

TEST(Checker, FindsAnAbortedRecordAtTheTarget)
{
    MirrorModel model{1};
    const auto aborted =
        std::ranges::find(model.evidence.produced, Outcome::fail, &ProducedRecord::outcome);
    SeenRecord record = model.evidence.target_records.back();
    *std::ranges::find(record.headers, identity_header, &SeenHeader::name) =
        identity_as_header(aborted->identity);
    record.offset = Offset{record.offset.value() + 1};
    model.evidence.target_records.push_back(record);

    EXPECT_GT(model.verdict().violations(Invariant::no_duplicate), 0U);
}

TEST(Checker, FindsARecordOfNobody)
{
    MirrorModel model{1};
    SeenRecord record;
    record.offset = Offset{100'000};
    model.evidence.target_records.push_back(record);

    EXPECT_EQ(failed(model.verdict()), Failed{Invariant::no_duplicate});
}

TEST(Checker, FindsASilentGap)
{
    MirrorModel model{1};
    model.lose(some, 10);

    const auto verdict = model.verdict();

    EXPECT_EQ(failed(verdict), Failed{Invariant::loud_failure});
    EXPECT_EQ(verdict.violations(Invariant::loud_failure), 10U);
}

TEST(Checker, AcceptsALossThatIsInTheLedger)
{
    MirrorModel model{1};
    const auto from = model.evidence.source_records[some].offset;
    const auto to = model.evidence.source_records[some + 10].offset;
    model.lose(some, 10);
    model.evidence.gaps = {gap(from, to)};

    EXPECT_TRUE(model.verdict().passed()) << model.verdict().text();
}

TEST(Checker, FindsALedgerEntryThatIsTooShortOrTooLong)
{
    MirrorModel model{1};
    const auto from = model.evidence.source_records[some].offset;
    const auto to = model.evidence.source_records[some + 10].offset;
    model.lose(some, 10);

    model.evidence.gaps = {gap(Offset{from.value() + 1}, to)};
    EXPECT_EQ(failed(model.verdict()), Failed{Invariant::loud_failure});
    model.evidence.gaps = {gap(from, Offset{to.value() + 1})};
    EXPECT_EQ(failed(model.verdict()), Failed{Invariant::loud_failure});
}

TEST(Checker, FindsAFalseAlarm)
{
    MirrorModel model{1};
    const auto at = model.evidence.source_records[some].offset;
    model.evidence.gaps = {gap(at, Offset{at.value() + 1}, links::GapCause::oversize)};
    EXPECT_EQ(failed(model.verdict()), Failed{Invariant::loud_failure});

    const auto end = *model.evidence.until;
    model.evidence.gaps = {gap(end, Offset{end.value() + 5})};
    EXPECT_EQ(failed(model.verdict()), Failed{Invariant::loud_failure});
}

TEST(Checker, FindsRecordsBeyondTheCheckpoint)
{
    MirrorModel model{1};
    model.evidence.until = model.evidence.source_records.back().offset;

    EXPECT_EQ(model.verdict().violations(Invariant::checkpoint), 1U);
}

TEST(Checker, ExpectsNothingBeyondTheCheckpoint)
{
    MirrorModel model{1};
    model.evidence.until = model.evidence.source_records.back().offset;
    model.evidence.target_records.pop_back();
    model.map.pop_back();

    EXPECT_TRUE(model.verdict().passed()) << model.verdict().text();
}

TEST(Checker, LetsCompactionTakeWhatALaterRecordReplaces)
{
    MirrorModel model{1};
    auto& records = model.evidence.source_records;
    records[some].key = records[some + 5].key = "same";
    model.lose(0, 0);
    model.evidence.target_records.erase(model.evidence.target_records.begin() + some);

    model.evidence.compacted = true;
    EXPECT_EQ(model.verdict().violations(Invariant::no_loss), 0U);
    model.evidence.compacted = false;
    EXPECT_EQ(model.verdict().violations(Invariant::no_loss), 1U);
}

TEST(Checker, SaysWhatItFoundAndHowToRepeatIt)
{
    MirrorModel model{1};
    model.evidence.target_records.clear();
    model.map.clear();

    const auto verdict = model.verdict();

    EXPECT_EQ(verdict.witnesses(Invariant::no_loss).size(), Verdict::witnesses_max);
    EXPECT_TRUE(verdict.text().contains("I1 no loss       FAIL, 20")) << verdict.text();
    EXPECT_TRUE(verdict.text().contains("I3 order         pass\n")) << verdict.text();
    EXPECT_TRUE(verdict.text().ends_with("repeat: checker_test\n")) << verdict.text();
}

}  // namespace
}  // namespace strait::testing
