#include "exchange/demo/verdict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace strait::exchange {
namespace {

using links::Translation;

// The source has holes where transactions ended; the target has its own.
struct DemoVerdictTest : ::testing::Test {
    static constexpr std::size_t count = 50;

    MirroredPartition partition{{TopicName{"orders"}, Partition{1}}, {}, {}, {}, {}};
    DemoVerdict verdict;

    DemoVerdictTest()
    {
        for (std::size_t i = 0; i < count; ++i) {
            const auto number = static_cast<std::int64_t>(i);
            RecordPrint print{Offset{number + number / 7}, 1000 + number, i, i * 3, 7};
            partition.source.push_back(print);
            print.offset = Offset{number + number / 5};
            partition.target.push_back(print);
        }
        translate();
    }

    static Translation exact(Offset offset)
    {
        Translation translation;
        translation.offset = offset;
        translation.status = Translation::Status::exact;
        return translation;
    }

    void translate()
    {
        for (const auto& record : partition.target) {
            partition.forward.push_back(exact(record.offset));
        }
        for (const auto& record : partition.source) {
            partition.inverse.push_back(exact(record.offset));
        }
    }

    void check()
    {
        verdict.check(partition);
        FeedCounts written;
        written.records = count;
        verdict.compare_with(written);
    }
};

TEST_F(DemoVerdictTest, PassesAnExactCopy)
{
    check();

    EXPECT_TRUE(verdict.perfect()) << verdict.text();
    EXPECT_TRUE(verdict.text().contains("exactly once")) << verdict.text();
    EXPECT_TRUE(verdict.text().contains("50 records in 1 partitions")) << verdict.text();
}

TEST_F(DemoVerdictTest, FindsAMissingRecord)
{
    partition.target.erase(partition.target.begin() + 20);
    partition.inverse.erase(partition.inverse.begin() + 20);

    check();

    EXPECT_EQ(verdict.missing(), 1U);
    EXPECT_EQ(verdict.extra() + verdict.altered() + verdict.mistranslated(), 0U);
    EXPECT_FALSE(verdict.perfect());
    EXPECT_TRUE(verdict.text().contains("orders-1: source offset 22 is missing")) << verdict.text();
}

TEST_F(DemoVerdictTest, FindsAMissingTail)
{
    partition.target.resize(count - 3);

    check();

    EXPECT_EQ(verdict.missing(), 3U);
    EXPECT_FALSE(verdict.perfect());
}

TEST_F(DemoVerdictTest, FindsADuplicate)
{
    auto twice = partition.target[10];
    twice.offset = Offset{100};
    partition.target.push_back(twice);
    partition.inverse.push_back(exact(partition.source[10].offset));

    check();

    EXPECT_EQ(verdict.extra(), 1U);
    EXPECT_FALSE(verdict.perfect());
}

TEST_F(DemoVerdictTest, FindsTwoRecordsInTheWrongOrder)
{
    std::swap(partition.target[4].value, partition.target[5].value);
    std::swap(partition.target[4].key, partition.target[5].key);
    std::swap(partition.target[4].timestamp_ms, partition.target[5].timestamp_ms);

    check();

    EXPECT_GT(verdict.missing() + verdict.extra(), 0U);
    EXPECT_FALSE(verdict.perfect());
}

TEST_F(DemoVerdictTest, FindsWhateverWasAltered)
{
    partition.target[1].key += 1;
    partition.target[2].value += 1;
    partition.target[3].headers += 1;
    partition.target[4].timestamp_ms += 1'000'000;

    check();

    EXPECT_EQ(verdict.altered(), 4U);
    EXPECT_EQ(verdict.missing() + verdict.extra(), 0U);
    EXPECT_FALSE(verdict.perfect());
    for (const auto* what : {"altered: key", "altered: value", "headers", "timestamp"}) {
        EXPECT_TRUE(verdict.text().contains(what)) << verdict.text();
    }
}

TEST_F(DemoVerdictTest, FindsWrongTranslations)
{
    partition.forward[8] = exact(Offset{partition.target[8].offset.value() + 1});
    partition.inverse[9].status = Translation::Status::gap;
    partition.forward[10].offset.reset();

    check();

    EXPECT_EQ(verdict.mistranslated(), 3U);
    EXPECT_FALSE(verdict.perfect());
    EXPECT_TRUE(verdict.text().contains("forward translation of 9 is 10 (exact), not 9"))
        << verdict.text();
}

TEST_F(DemoVerdictTest, MissesTranslationsThatWereNotAsked)
{
    partition.forward.clear();

    check();

    EXPECT_EQ(verdict.mistranslated(), count);
}

TEST_F(DemoVerdictTest, FindsThatTheSourceHoldsLessThanWasWritten)
{
    verdict.check(partition);
    FeedCounts written;
    written.records = count + 1;
    verdict.compare_with(written);

    EXPECT_FALSE(verdict.perfect());
}

TEST_F(DemoVerdictTest, IsNotPerfectWithoutRecords)
{
    verdict.compare_with({});

    EXPECT_FALSE(verdict.perfect());
}

TEST(RecordPrint, TellsAbsentFromEmptyAndHeadersByTheirOrder)
{
    kafka::Record absent;
    kafka::Record empty;
    empty.key = "";
    empty.value = "";
    EXPECT_NE(print_of(absent).key, print_of(empty).key);
    EXPECT_NE(print_of(absent).value, print_of(empty).value);

    kafka::Record one;
    one.headers = {{"a", "1"}, {"b", "2"}};
    kafka::Record other;
    other.headers = {{"b", "2"}, {"a", "1"}};
    EXPECT_NE(print_of(one).headers, print_of(other).headers);
    other.headers = {{"a", "1"}, {"b", std::nullopt}};
    EXPECT_NE(print_of(one).headers, print_of(other).headers);
}

}  // namespace
}  // namespace strait::exchange
