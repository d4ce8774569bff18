#include "tests/support/workload.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

std::vector<NewRecord> records_of(const WorkloadOptions& options, std::size_t count)
{
    Workload workload{options};
    std::vector<NewRecord> records;
    records.reserve(count);
    for (std::size_t i = 0; i < count; ++i) records.push_back(workload.next());
    return records;
}

const WorkloadOptions options{
    .seed = 5, .topic = TopicName{"orders"}, .partitions = 4, .now_ms = 1'700'000'000'000};

TEST(Workload, IsAFunctionOfItsSeed)
{
    auto other = options;
    other.seed = 6;

    EXPECT_EQ(records_of(options, 100), records_of(options, 100));
    EXPECT_NE(records_of(options, 100), records_of(other, 100));
}

TEST(Workload, NamesEachRecordOnce)
{
    std::set<RecordIdentity> identities;
    for (const auto& record : records_of(options, 1000)) {
        const auto identity = identity_of(record);
        ASSERT_TRUE(identity);
        EXPECT_EQ(identity->run, 5U);
        identities.insert(*identity);
    }

    EXPECT_EQ(identities.size(), 1000U);
}

TEST(Workload, DrawsEveryShape)
{
    const auto records = records_of(options, 2000);
    const auto count = [&](auto holds) {
        return static_cast<int>(std::ranges::count_if(records, holds));
    };

    EXPECT_NEAR(count([](const NewRecord& each) { return !each.key; }), 200, 60);
    EXPECT_NEAR(count([](const NewRecord& each) { return !each.value; }), 100, 40);
    EXPECT_NEAR(count([](const NewRecord& each) { return each.value == ""; }), 95, 40);
    EXPECT_NEAR(
        count([](const NewRecord& each) { return each.at.partition == Partition{3}; }), 500, 80);
    EXPECT_GT(count([](const NewRecord& each) { return each.headers.size() == 21; }), 0);
    EXPECT_GT(count([](const NewRecord& each) { return each.timestamp_ms > 1'700'007'000'000; }),
              0);
    EXPECT_GT(count([](const NewRecord& each) { return each.value.value_or("").size() > 8192; }),
              0);
}

TEST(Workload, KnowsADamagedBody)
{
    for (const auto& record : records_of(options, 200)) {
        auto value = record.value.value_or("");
        if (value.empty()) continue;
        EXPECT_TRUE(is_intact(value));
        value.back() = static_cast<char>(value.back() ^ 1);
        EXPECT_FALSE(is_intact(value));
    }
    EXPECT_FALSE(is_intact("SWL1"));
}

TEST(Workload, LogsAWriteAsOneLineOfJson)
{
    const ProducedRecord record{.identity = {1, 2, 3},
                                .at = {TopicName{"orders"}, Partition{4}},
                                .outcome = Outcome::ok,
                                .offset = Offset{5}};

    EXPECT_EQ(to_json(record),
              R"({"run":1,"producer":2,"seq":3,"topic":"orders","partition":4,"outcome":"ok",)"
              R"("offset":5})");
}

}  // namespace
}  // namespace strait::testing
