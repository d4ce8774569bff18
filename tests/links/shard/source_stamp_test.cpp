#include "links/shard/source_stamp.hpp"

#include "links/shard/partition_mirror.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {
namespace {

const LinkName link{"oslo-to-bergen"};

std::string prefix(std::int32_t partition = 3, std::uint32_t generation = 1)
{
    TopicId topic;
    topic.bytes.fill(0xAB);
    return stamp_prefix(link, topic, Partition{partition}, Generation{generation});
}

kafka::RecordBatch batch_of(std::initializer_list<std::int64_t> offsets)
{
    kafka::RecordBatch batch;
    batch.epoch = LeaderEpoch{7};
    for (const auto offset : offsets) {
        batch.records.push_back({.offset = Offset{offset},
                                 .timestamp_ms = 1'000 + offset,
                                 .key = "k",
                                 .value = "v",
                                 .headers = {{"h", "x"}}});
    }
    return batch;
}

std::string text_of(const kafka::Record& record)
{
    const auto& [name, value] = record.headers.back();
    return std::string{name} + "=" + std::string{value.value_or("")};
}

// The copies as they lie at the target, from that offset on.
std::vector<kafka::Record> copies(const kafka::RecordBatch& stamped, std::int64_t target)
{
    auto records = stamped.records;
    for (auto& record : records) record.offset = Offset{target++};
    return records;
}

TEST(SourceStamp, KeepsItsText)
{
    const auto batch = stamped(batch_of({41, 42, 44}), prefix(), Offset{40});

    EXPECT_EQ(text_of(batch.records[0]),
              "strait.src=oslo-to-bergen/q6urq6urq6urq6urq6urqw/3/1/41/40/7");
    EXPECT_EQ(text_of(batch.records[1]),
              "strait.src=oslo-to-bergen/q6urq6urq6urq6urq6urqw/3/1/42/42/7");
    EXPECT_EQ(text_of(batch.records[2]),
              "strait.src=oslo-to-bergen/q6urq6urq6urq6urq6urqw/3/1/44/43/7");
}

TEST(SourceStamp, IsReadBackAndTakenOff)
{
    const auto original = batch_of({42});
    const auto batch = stamped(original, prefix(), Offset{40});
    const auto& record = batch.records.front();

    EXPECT_EQ(stamp_of(record, prefix()), (SourceStamp{Offset{42}, Offset{40}, LeaderEpoch{7}}));
    EXPECT_TRUE(is_stamped_by(record, link));
    EXPECT_EQ(digest_of(without_stamp(record)), digest_of(original.records.front()));
}

TEST(SourceStamp, BelongsToOneGenerationOfOnePartition)
{
    const auto batch = stamped(batch_of({42}), prefix(3, 1), Offset{40});
    const auto& record = batch.records.front();

    EXPECT_FALSE(stamp_of(record, prefix(3, 2)));
    EXPECT_FALSE(stamp_of(record, prefix(30, 1)));
    EXPECT_FALSE(is_stamped_by(record, LinkName{"oslo"}));
    EXPECT_FALSE(is_stamped_by(record, LinkName{"oslo-to-bergen-2"}));
}

// A mirror of a mirror keeps the first link's stamp as any header.
TEST(SourceStamp, IsTheLastHeaderOnly)
{
    const auto first = stamped(batch_of({42}), prefix(), Offset{42});
    const auto second = stamped(first, "other/x/0/0/", Offset{42});
    const auto& record = second.records.front();

    EXPECT_FALSE(stamp_of(record, prefix()));
    EXPECT_TRUE(stamp_of(record, "other/x/0/0/"));
    EXPECT_FALSE(is_stamped_by(record, link));
    EXPECT_EQ(without_stamp(record).headers, first.records.front().headers);
}

TEST(SourceStamp, IsNotWhatSomebodyElseWrote)
{
    const auto whole = text_of(stamped(batch_of({42}), prefix(), Offset{40}).records.front())
                           .substr(stamp_header.size() + 1);
    kafka::Record record;
    EXPECT_FALSE(stamp_of(record, prefix()));
    record.headers = {{stamp_header, std::nullopt}};
    EXPECT_FALSE(stamp_of(record, prefix()));
    EXPECT_FALSE(is_stamped_by(record, link));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        record.headers.back().value = std::string_view{whole}.substr(0, size);
        EXPECT_FALSE(stamp_of(record, prefix())) << size;
    }
    for (const auto& wrong : {whole + "0x", whole + "/", whole + "99999999999999999999"}) {
        record.headers.back().value = wrong;
        EXPECT_FALSE(stamp_of(record, prefix())) << wrong;
    }
}

struct CopyChainTest : ::testing::Test {
    CopyChain chain{prefix(), Offset{40}};

    void show(const std::vector<kafka::Record>& records)
    {
        for (const auto& record : records) chain.take(record);
    }

    [[nodiscard]] std::vector<std::pair<std::int64_t, std::int64_t>> found() const
    {
        std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
        for (const auto& copy : chain.copies()) {
            pairs.emplace_back(copy.source.value(), copy.target.value());
        }
        return pairs;
    }
};

TEST_F(CopyChainTest, FindsWhatFollowsThePosition)
{
    const auto batch = batch_of({41, 42, 44});
    show(copies(stamped(batch, prefix(), Offset{40}), 100));

    EXPECT_EQ(
        found(),
        (std::vector<std::pair<std::int64_t, std::int64_t>>{{41, 100}, {42, 101}, {44, 102}}));
    EXPECT_EQ(chain.copies().front().digest, digest_of(batch.records.front()));
    EXPECT_EQ(chain.next(), Offset{45});
    EXPECT_EQ(chain.epoch(), LeaderEpoch{7});
    EXPECT_EQ(chain.newest_ms(), 1'044);
}

// A batch that did not get there must be sent again, and so must what followed it.
TEST_F(CopyChainTest, EndsAtAHole)
{
    show(copies(stamped(batch_of({41}), prefix(), Offset{40}), 100));
    show(copies(stamped(batch_of({45, 46}), prefix(), Offset{44}), 101));

    EXPECT_EQ(chain.copies().size(), 1);
    EXPECT_EQ(chain.next(), Offset{42});
}

// The position may have passed what follows the last record, as a marker.
TEST_F(CopyChainTest, GoesOnWhereThePositionHasPassedMore)
{
    show(copies(stamped(batch_of({41}), prefix(), Offset{38}), 100));

    EXPECT_EQ(chain.copies().size(), 1);
}

TEST_F(CopyChainTest, PassesSecondCopiesAndStrangers)
{
    const auto batch = stamped(batch_of({41, 42}), prefix(), Offset{40});
    show(copies(batch, 100));
    show(copies(batch_of({7}), 102));
    show(copies(batch, 103));
    show(copies(stamped(batch_of({43}), prefix(3, 0), Offset{43}), 105));
    show(copies(stamped(batch_of({43}), prefix(), Offset{43}), 106));

    EXPECT_EQ(
        found(),
        (std::vector<std::pair<std::int64_t, std::int64_t>>{{41, 100}, {42, 101}, {43, 106}}));
}

TEST_F(CopyChainTest, KeepsNoMoreThanItsLimit)
{
    for (std::size_t i = 0; i < CopyChain::copies_max + 5; ++i) {
        const auto offset = 40 + static_cast<std::int64_t>(i);
        show(copies(stamped(batch_of({offset}), prefix(), Offset{offset}), offset));
    }

    EXPECT_TRUE(chain.full());
    EXPECT_EQ(chain.copies().size(), CopyChain::copies_max);
    EXPECT_EQ(chain.next().value(), 40 + static_cast<std::int64_t>(CopyChain::copies_max));
}

}  // namespace
}  // namespace strait::links
