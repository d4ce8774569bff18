#include "links/store/operation_store.hpp"

#include "core/codec.hpp"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace strait::links {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

struct OperationStoreTest : ::testing::Test {
    // Of each test its own: they run at the same time.
    fs::path folder = fs::path{::testing::TempDir()} /
                      ("strait-operation-store-test-"s +
                       ::testing::UnitTest::GetInstance()->current_test_info()->name());

    OperationStoreTest() { fs::remove_all(folder); }
    ~OperationStoreTest() override { fs::remove_all(folder); }

    static Operation operation(std::uint64_t id)
    {
        return {OperationId{id},
                LinkName{"oslo-to-bergen"},
                {Verb::promote, "the works are done", std::chrono::seconds{90}, true},
                Operation::State::failed,
                "nobody answers",
                1'000,
                2'000,
                CutReport{std::nullopt, 5, 6, 7, 8, 9}};
    }

    void write(const std::string& value) const
    {
        rocksdb::Options options;
        rocksdb::DB* db = nullptr;
        ASSERT_TRUE(rocksdb::DB::Open(options, folder.string(), &db).ok());
        const std::unique_ptr<rocksdb::DB> owned{db};
        std::string key;
        append_ordered(key, std::uint64_t{1});
        ASSERT_TRUE(db->Put(rocksdb::WriteOptions{}, key, value).ok());
    }
};

TEST_F(OperationStoreTest, KeepsWhatItWasGivenInTheOrderOfIds)
{
    {
        auto store = OperationStore::open(folder);
        ASSERT_TRUE(store);
        auto early = operation(1);
        early.state = Operation::State::running;
        for (const auto& one : {operation(256), early, operation(2)}) ASSERT_TRUE(store->put(one));
        ASSERT_TRUE(store->put(operation(1)));
        ASSERT_TRUE(store->remove(OperationId{2}));
    }
    EXPECT_EQ(OperationStore::open(folder)->all(), (std::vector{operation(1), operation(256)}));
}

TEST_F(OperationStoreTest, KeepsWhatAVerificationIsAbout)
{
    auto verify = operation(1);
    verify.request = {.verb = Verb::verify};
    verify.request.mode = VerifyMode::structure;
    verify.request.topics = {TopicName{"orders"}, TopicName{"payments"}};
    auto part = operation(2);
    part.request = {.verb = Verb::verify};
    part.request.topics = {TopicName{"orders"}};
    part.request.scope = {Partition{3}, Offset{40}, Offset{90}, Share{50'000}, 17};
    {
        auto store = OperationStore::open(folder);
        ASSERT_TRUE(store);
        ASSERT_TRUE(store->put(verify));
        ASSERT_TRUE(store->put(part));
    }
    EXPECT_EQ(OperationStore::open(folder)->all(), (std::vector{verify, part}));
}

TEST_F(OperationStoreTest, KeepsWhichRecordsAreGivenUpOrAcknowledged)
{
    auto skip = operation(1);
    skip.request = {.verb = Verb::resume};
    skip.request.skip = SkipTo{{TopicName{"orders"}, Partition{3}}, Offset{4711}};
    auto acknowledge = operation(2);
    acknowledge.request = {.verb = Verb::acknowledge};
    acknowledge.request.gap = GapName{{TopicName{"orders"}, Partition{3}}, 7};
    {
        auto store = OperationStore::open(folder);
        ASSERT_TRUE(store);
        ASSERT_TRUE(store->put(skip));
        ASSERT_TRUE(store->put(acknowledge));
    }
    EXPECT_EQ(OperationStore::open(folder)->all(), (std::vector{skip, acknowledge}));
}

TEST_F(OperationStoreTest, KeepsWhatAPromotionFences)
{
    auto promote = operation(1);
    promote.request.fence_source = true;
    promote.fence = {ClusterName{"oslo"}, {TopicName{"orders"}, TopicName{"payments"}}};
    {
        auto store = OperationStore::open(folder);
        ASSERT_TRUE(store);
        ASSERT_TRUE(store->put(promote));
    }
    EXPECT_EQ(OperationStore::open(folder)->all(), std::vector{promote});
}

TEST_F(OperationStoreTest, KeepsWhereAReversalSalvagesTo)
{
    auto reverse = operation(1);
    reverse.request = {.verb = Verb::reverse};
    reverse.request.divergence = Divergence::salvage;
    reverse.request.salvage = TopicName{"orders.left"};
    {
        auto store = OperationStore::open(folder);
        ASSERT_TRUE(store);
        ASSERT_TRUE(store->put(reverse));
    }
    EXPECT_EQ(OperationStore::open(folder)->all(), std::vector{reverse});
}

TEST_F(OperationStoreTest, KeepsWhatAReversalDeletes)
{
    auto reverse = operation(1);
    reverse.request = {.verb = Verb::reverse};
    reverse.request.divergence = Divergence::rebuild;
    reverse.rebuilt = {{TopicName{"orders"}, TopicId{{1, 2, 3}}, 40, 50, 26, true, 3, true},
                       {TopicName{"payments"}, TopicId{{4}}, 1, 2, 3, false, 0, false}};
    {
        auto store = OperationStore::open(folder);
        ASSERT_TRUE(store);
        ASSERT_TRUE(store->put(reverse));
    }
    EXPECT_EQ(OperationStore::open(folder)->all(), std::vector{reverse});
}

TEST_F(OperationStoreTest, RefusesASecondOwner)
{
    const auto first = OperationStore::open(folder);
    ASSERT_TRUE(first);

    EXPECT_EQ(OperationStore::open(folder).error().code(), Errc::conflict);
}

TEST_F(OperationStoreTest, LeavesNewerFormatsToNewerProgramsAndNamesDamage)
{
    ASSERT_TRUE(OperationStore::open(folder));
    write("\x09 whatever");
    EXPECT_EQ(OperationStore::open(folder).error().code(), Errc::conflict);

    write("\x01 whatever");
    EXPECT_EQ(OperationStore::open(folder).error().code(), Errc::corrupt);
}

}  // namespace
}  // namespace strait::links
