#include "links/operations.hpp"

#include "tests/links/control_thread.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using State = Operation::State;

struct OperationsTest : ::testing::Test {
    ControlThread thread;
    // Of each test its own: they run at the same time.
    fs::path folder = fs::path{::testing::TempDir()} /
                      ("strait-operations-test-"s +
                       ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::optional<Operations> operations;

    OperationsTest()
    {
        fs::remove_all(folder);
        open();
    }
    ~OperationsTest() override
    {
        operations.reset();
        fs::remove_all(folder);
    }

    void open()
    {
        operations.reset();
        operations.emplace(thread.node.pool, thread.clock);
        EXPECT_TRUE(operations->open(folder));
    }

    Result<Operation> begin(const std::string& link, Verb verb = Verb::pause)
    {
        std::optional<Result<Operation>> begun;
        thread.spawn(operations->begin(LinkName{link}, {.verb = verb, .reason = "why"}), begun);
        EXPECT_TRUE(thread.run_until([&] { return begun.has_value(); }));
        return *std::move(begun);
    }

    void keep_fence(OperationId id, SourceFence fence)
    {
        std::optional<Result<void>> kept;
        thread.spawn(operations->keep_fence(id, std::move(fence)), kept);
        EXPECT_TRUE(thread.run_until([&] { return kept.has_value(); }));
        EXPECT_TRUE(*kept);
    }

    void end(OperationId id, Result<Operations::Done> outcome)
    {
        std::optional<Result<void>> ended;
        thread.spawn(operations->end(id, std::move(outcome)), ended);
        EXPECT_TRUE(thread.run_until([&] { return ended.has_value(); }));
        EXPECT_TRUE(*ended);
    }
};

TEST_F(OperationsTest, OutliveTheProcess)
{
    const auto first = begin("a");
    const auto second = begin("b");
    ASSERT_TRUE(first && second);
    end(second->id, Operations::Done{"done"});

    open();

    ASSERT_EQ(operations->all().size(), 2U);
    EXPECT_EQ(operations->find(first->id)->state, State::running);
    EXPECT_EQ(operations->find(second->id)->state, State::succeeded);
    EXPECT_EQ(operations->find(second->id)->detail, "done");
    EXPECT_GT(begin("c")->id, second->id);
}

TEST_F(OperationsTest, AreOneAtATimeForEachLink)
{
    const auto first = begin("a");
    ASSERT_TRUE(first);

    const auto refused = begin("a");  // another verb would replace it
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::conflict);
    EXPECT_EQ(refused.error().detail(), "pause of link a is under way: operation 1");
    EXPECT_TRUE(begin("b"));

    end(first->id, fail(Errc::conflict, "it is not ours"));
    EXPECT_EQ(operations->find(first->id)->detail, "it is not ours");
    EXPECT_EQ(operations->find(first->id)->state, State::failed);
    EXPECT_TRUE(begin("a"));
}

TEST_F(OperationsTest, AreNotReplacedByOneThatOnlyReads)
{
    const auto pause = begin("a");
    const auto verify = begin("a", Verb::verify);
    ASSERT_TRUE(pause && verify);

    EXPECT_FALSE(operations->has_newer(*pause));
    EXPECT_FALSE(begin("a"));
    EXPECT_FALSE(begin("a", Verb::verify));
    EXPECT_FALSE(operations->has_newer(*verify));
    ASSERT_TRUE(begin("a", Verb::resume));
    EXPECT_TRUE(operations->has_newer(*pause));
    EXPECT_TRUE(operations->has_newer(*verify));
}

TEST_F(OperationsTest, ForgetTheOldestThatHaveEnded)
{
    const auto running = begin("busy");
    ASSERT_TRUE(running);
    for (std::size_t i = 0; i < Operations::kept_max + 2; ++i) {
        const auto begun = begin("a");
        ASSERT_TRUE(begun);
        end(begun->id, Operations::Done{"done"});
    }

    open();

    EXPECT_EQ(operations->all().size(), Operations::kept_max + 1);
    EXPECT_EQ(operations->all().front().id, running->id);
    EXPECT_EQ(operations->find(OperationId{3}), nullptr);
    EXPECT_NE(operations->find(OperationId{4}), nullptr);
}

TEST_F(OperationsTest, KeepWhatIsDeletedBeforeItIsAndWhatIsFencedBeside)
{
    const auto reverse = begin("oslo-link", Verb::reverse);
    ASSERT_TRUE(reverse);
    const SourceFence fence{ClusterName{"oslo"}, {TopicName{"orders"}}};
    keep_fence(reverse->id, fence);
    const std::vector<RebuiltTopic> topics{{TopicName{"orders"}, TopicId{{1}}, 4, 4, 1}};
    std::optional<Result<void>> kept;
    thread.spawn(operations->keep_rebuilt(reverse->id, topics), kept);
    EXPECT_TRUE(thread.run_until([&] { return kept.has_value(); }));
    EXPECT_TRUE(*kept);

    open();
    const auto* const found = operations->find(reverse->id);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->rebuilt, topics);
    EXPECT_EQ(found->fence, fence);
}

// Or nobody would know any more that it is ours to take back.
TEST_F(OperationsTest, ForgetNoneThatFencesItsSource)
{
    const SourceFence fence{ClusterName{"oslo"}, {TopicName{"orders"}}};
    const auto promoted = begin("oslo-link");
    ASSERT_TRUE(promoted);
    keep_fence(promoted->id, fence);
    end(promoted->id, Operations::Done{"promoted"});
    for (std::size_t i = 0; i < Operations::kept_max + 1; ++i) {
        const auto begun = begin("a");
        ASSERT_TRUE(begun);
        end(begun->id, Operations::Done{"done"});
    }

    open();
    const auto* const kept = operations->find(promoted->id);
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(kept->fence, fence);
    EXPECT_EQ(kept->state, State::succeeded);
}

}  // namespace
}  // namespace strait::links
