#include "links/shard/transaction.hpp"

#include "tests/links/shard/copied_batch.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace strait::links {
namespace {

using namespace std::chrono_literals;

constexpr Clock::Time start{1h};

const PartitionMirror first{mirror_of(0)};
const PartitionMirror second{mirror_of(1)};

std::vector<Offset> offsets_from(std::int64_t from, std::size_t count)
{
    std::vector<Offset> offsets;
    for (std::size_t i = 0; i < count; ++i) {
        offsets.emplace_back(from + static_cast<std::int64_t>(i));
    }
    return offsets;
}

TEST(Transaction, IsNeverDueWhileItIsEmpty)
{
    const Transaction transaction{CommitConfig{}};

    EXPECT_TRUE(transaction.empty());
    EXPECT_FALSE(transaction.full());
    EXPECT_EQ(transaction.due(), Clock::Time::max());
    EXPECT_EQ(transaction.due_at_last(), Clock::Time::max());
}

TEST(Transaction, IsDueAtOnceWhenTheOneBeforeItIsLongAgo)
{
    Transaction transaction{CommitConfig{.max_interval = 500ms}, start - 1ms};

    transaction.add(first, batch_at({0}), start);
    transaction.add(first, batch_at({1}), start + 8ms);

    EXPECT_EQ(transaction.begun(), start);
    EXPECT_EQ(transaction.due(), start);
    EXPECT_EQ(transaction.due_at_last(), start + 500ms);
}

TEST(Transaction, GathersWhatComesSoonAfterTheOneBeforeIt)
{
    Transaction transaction{CommitConfig{}, start + 10ms};

    transaction.add(first, batch_at({0}), start);
    transaction.add(first, batch_at({1}), start + 8ms);

    EXPECT_EQ(transaction.due(), start + 10ms);
}

TEST(Transaction, TakesNothingMoreOnceTheTargetRefusedSomeOfIt)
{
    Transaction transaction{CommitConfig{}};
    transaction.add(first, batch_at({0}), start);
    ASSERT_FALSE(transaction.full());

    transaction.refuse(Error{Errc::too_large, "too large"});

    EXPECT_TRUE(transaction.full());
    EXPECT_EQ(transaction.refusal()->detail(), "too large");
}

TEST(Transaction, IsFullByRecords)
{
    Transaction transaction{CommitConfig{.records = 3}};

    transaction.add(first, batch_at({0, 1}), start);
    EXPECT_FALSE(transaction.full());
    transaction.add(second, batch_at({0}, 1), start);
    EXPECT_TRUE(transaction.full());
}

TEST(Transaction, IsFullByBytes)
{
    Transaction transaction{CommitConfig{.bytes = Bytes{16}}};

    EXPECT_EQ(transaction.add(first, batch_at({0}), start), 8U);
    EXPECT_FALSE(transaction.full());
    EXPECT_EQ(transaction.add(first, batch_at({1}), start), 8U);
    EXPECT_TRUE(transaction.full());
    EXPECT_EQ(transaction.bytes(), 16U);
}

TEST(Transaction, IsFullByPartitions)
{
    Transaction transaction{CommitConfig{.records = 1'000'000}};
    const std::vector<PartitionMirror> mirrors(Transaction::partitions_max,
                                               PartitionMirror{mirror_of()});

    for (const auto& mirror : mirrors) {
        EXPECT_FALSE(transaction.full());
        transaction.add(mirror, batch_at({0}), start);
    }

    EXPECT_TRUE(transaction.full());
}

TEST(Transaction, FindsItsTargetsAmongThoseOfAllPartitions)
{
    Transaction transaction{CommitConfig{}};
    transaction.add(first, batch_at({0, 1}), start);
    transaction.add(second, batch_at({50}, 1), start);
    transaction.add(first, batch_at({5}), start);
    const auto all = offsets_from(100, 4);

    const auto of = [&](const PartitionMirror& mirror) {
        return Transaction::targets_of(transaction.parts().at(&mirror), all);
    };

    EXPECT_EQ(of(first), (std::vector{Offset{100}, Offset{101}, Offset{103}}));
    EXPECT_EQ(of(second), std::vector{Offset{102}});
}

TEST(Transaction, FindsARecordByItsPlaceAmongThoseThatWereAppended)
{
    Transaction transaction{CommitConfig{}};
    transaction.add(first, batch_at({0, 1}), start);
    transaction.add(second, batch_at({50}, 1), start);
    transaction.add(first, batch_at({5, 9}), start);

    const auto expect = [&](std::size_t index, const PartitionMirror* mirror, std::int64_t offset) {
        const auto place = transaction.find(index);
        EXPECT_EQ(place.mirror, mirror) << index;
        EXPECT_EQ(place.source, Offset{offset}) << index;
    };

    expect(0, &first, 0);
    expect(1, &first, 1);
    expect(2, &second, 50);
    expect(3, &first, 5);
    expect(4, &first, 9);
    expect(5, nullptr, 0);
}

}  // namespace
}  // namespace strait::links
