#include "links/sync/acl_records.hpp"

#include "tests/links/store/memory_view.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {
namespace {

const LinkName link{"oslo-to-bergen"};

kafka::Acl acl_of(const std::string& topic)
{
    kafka::Acl acl;
    acl.name = topic;
    acl.principal = "User:alice";
    acl.host = "*";
    return acl;
}

LinkRecord noted(const std::string& topic) { return AclOwner{link, acl_of(topic), 0}; }

// What the target has committed, and the log that shows it.
struct Log final : LinkLog {
    std::vector<LinkRecord> records;
    std::vector<Offset> read_from;

    [[nodiscard]] TopicPartition place() const override
    {
        return {TopicName{"_strait.links"}, Partition{0}};
    }

    boost::asio::awaitable<Result<Offset>> read(Offset from, Visitor visit) override
    {
        read_from.push_back(from);
        const auto all = std::span<const LinkRecord>{records};
        const auto shown = visit(all.subspan(static_cast<std::size_t>(from.value())));
        if (!shown) co_return fail(shown.error());
        co_return Offset{static_cast<std::int64_t>(records.size())};
    }

    boost::asio::awaitable<Result<bool>> settled() override { co_return true; }
};

// A transactional producer that whoever opens it again fences.
struct Sink final : ShardSink {
    explicit Sink(Log& to) : log{to} {}

    boost::asio::awaitable<Result<void>> open(Clock::Time /*deadline*/) override
    {
        ++opened;
        fenced = false;
        co_return Result<void>{};
    }
    Result<void> begin() override
    {
        pending.clear();
        return {};
    }
    boost::asio::awaitable<Result<void>> append(const TopicPartition& /*to*/,
                                                const kafka::RecordBatch& batch) override
    {
        for (const auto& record : batch.records) {
            pending.push_back(decode_record(*record.key, record.value).value());
        }
        co_return Result<void>{};
    }
    void send_now() override {}
    boost::asio::awaitable<Result<kafka::Delivered>> flush(Clock::Time /*deadline*/) override
    {
        co_return kafka::Delivered{};
    }
    boost::asio::awaitable<Result<void>> commit(Clock::Time /*deadline*/) override
    {
        if (fenced) co_return fail(Errc::fatal, "fenced");
        log.records.insert(log.records.end(), pending.begin(), pending.end());
        if (std::exchange(unknown, false)) co_return fail(Errc::timed_out, "who knows");
        co_return Result<void>{};
    }
    boost::asio::awaitable<Result<void>> abort(Clock::Time /*deadline*/) override
    {
        co_return Result<void>{};
    }
    [[nodiscard]] bool disturbed() const override { return false; }
    [[nodiscard]] std::size_t queued_bytes() const override { return 0; }
    [[nodiscard]] std::optional<Error> trouble() const override { return std::nullopt; }

    Log& log;
    std::vector<LinkRecord> pending;
    int opened = 0;
    bool fenced = false;
    bool unknown = false;
};

struct AclRecordsTest : ::testing::Test {
    MemoryView memory;
    Log log;
    Sink sink{log};
    testing::FakeClock clock;
    AclRecords records{link, Term{3}, {sink, log, memory.link, clock}};

    template <class T>
    static T run(boost::asio::awaitable<T> task)
    {
        return testing::run(std::move(task)).value();
    }

    Acls ours() { return records.ours().value(); }
};

TEST_F(AclRecordsTest, AreInTheLogAndInTheViewOnceTheyAreNoted)
{
    ASSERT_TRUE(run(records.open()));
    ASSERT_TRUE(run(records.note({acl_of("a"), acl_of("b")})));
    EXPECT_EQ(log.records, (std::vector{noted("a"), noted("b")}));
    EXPECT_EQ(ours(), (Acls{acl_of("a"), acl_of("b")}));

    ASSERT_TRUE(run(records.forget({acl_of("a")})));
    EXPECT_EQ(log.records.back(), (LinkRecord{Removal{AclKey{link, acl_of("a")}}}));
    EXPECT_EQ(ours(), Acls{acl_of("b")});
    ASSERT_TRUE(run(records.open()));
    EXPECT_EQ(sink.opened, 1);
}

// An instance that this one has replaced went on after the claim had read the log.
TEST_F(AclRecordsTest, AreReadFromWhereTheClaimLeftOff)
{
    log.records = {noted("old"), noted("new"), LinkRecord{Removal{AclKey{link, acl_of("old")}}}};
    const std::array known{noted("old")};
    ASSERT_TRUE(memory.link.apply(ShardNumber{0xFFFF'FFFF}, known, Offset{1}));

    ASSERT_TRUE(run(records.open()));

    EXPECT_EQ(log.read_from, std::vector{Offset{1}});
    EXPECT_EQ(ours(), Acls{acl_of("new")});
}

TEST_F(AclRecordsTest, LeaveTheRestOfTheViewToTheShards)
{
    const ShardSession session{link, ShardNumber{0}, Session{1}, TxnNo{1}, "node"};
    log.records = {noted("a"), LinkRecord{session}};

    ASSERT_TRUE(run(records.open()));

    EXPECT_FALSE(memory.link.session_of(ShardNumber{0}).value());
    EXPECT_EQ(ours(), Acls{acl_of("a")});
}

TEST_F(AclRecordsTest, AreReadAgainAfterATransactionOfUnknownOutcome)
{
    ASSERT_TRUE(run(records.open()));
    sink.unknown = true;
    EXPECT_EQ(run(records.note({acl_of("a")})).error().code(), Errc::unavailable);

    ASSERT_TRUE(run(records.open()));

    EXPECT_EQ(sink.opened, 2);
    EXPECT_EQ(ours(), Acls{acl_of("a")});
}

TEST_F(AclRecordsTest, AreNotWrittenByAnInstanceThatWasReplaced)
{
    ASSERT_TRUE(run(records.open()));
    sink.fenced = true;
    log.records = {LinkOwner{link, InstallId{"i"}, ClusterId{"c"}, 4, Term{4}, {}}};
    EXPECT_FALSE(run(records.note({acl_of("a")})));

    EXPECT_EQ(run(records.open()).error().code(), Errc::fenced);
    EXPECT_EQ(run(records.open()).error().code(), Errc::fenced) << "for good";
    EXPECT_EQ(log.records.size(), 1U);
}

}  // namespace
}  // namespace strait::links
