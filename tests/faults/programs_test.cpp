#include "links/clusters/target_log.hpp"
#include "links/store/link_record.hpp"
#include "tests/faults/link_under_load.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>

// More than one program for the same link, and one that slept.
namespace strait::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// Frozen for longer than a transaction may last.
constexpr std::size_t records_per_second = 300;
constexpr std::size_t frozen_records = 2 * records_per_second * 15;
constexpr auto short_transactions = "    timeouts: {transaction: 12s, delivery: 8s}\n";
constexpr auto short_requests = ", client: {socket_timeout: 4s}";

struct Programs : ::testing::Test {
    LinkUnderLoad run{SharedClusters::source(),
                      SharedClusters::target(),
                      {.seed = fault_seed(),
                       .records_per_second = records_per_second,
                       .link_keys = short_transactions,
                       .far_keys = short_requests}};
    StraitProcess& first = run.strait();

    void SetUp() override
    {
        first.start();
        ASSERT_TRUE(run.sees_more(400)) << first.log();
    }

    // A copy of the installation, as from a backup: the target cannot tell the two apart.
    StraitProcess& twin()
    {
        auto& second = run.second();
        fs::create_directories(second.data_dir());
        fs::permissions(second.data_dir(), fs::perms::owner_all);
        fs::copy_file(first.data_dir() / "install-id", second.data_dir() / "install-id");
        return second;
    }

    void expect_halted(const StraitProcess& process)
    {
        auto door = run.door(process);
        const auto halted = door.wait_for([](const auto& it) { return it.state == "halted"; }, 30s);
        ASSERT_TRUE(halted.found) << to_text(halted.last) << run.story();
        EXPECT_NE(halted.last->reason.find("taken over"), std::string::npos) << halted.last->reason;
    }

    void expect_perfect(StraitProcess& survivor)
    {
        const auto verdict = run.verdict(survivor);
        EXPECT_TRUE(verdict.passed()) << verdict.text() << run.story();
    }
};

TEST_F(Programs, ASecondInstallationIsTurnedAway)
{
    auto& second = run.second();
    second.start();

    auto door = run.door(second);
    const auto halted = door.wait_for([](const auto& it) { return it.state == "halted"; }, 30s);
    EXPECT_TRUE(halted.found) << to_text(halted.last);
    EXPECT_NE(halted.last->reason.find("name_taken"), std::string::npos) << halted.last->reason;
    EXPECT_TRUE(run.sees_more(400));
    expect_perfect(first);
}

TEST_F(Programs, ASecondInstallationTakesOverAndTheFirstStops)
{
    auto& second = run.second();
    second.start({"--take-over", run.link()});

    expect_halted(first);
    EXPECT_TRUE(run.sees_more(400)) << run.story();
    expect_perfect(second);
}

TEST_F(Programs, ACopyOfTheInstallationTakesOverAndTheFirstStops)
{
    auto& second = twin();
    second.start();

    expect_halted(first);
    EXPECT_TRUE(run.sees_more(400)) << run.story();
    expect_perfect(second);
}

TEST_F(Programs, AZombieWritesNothingAndStops)
{
    first.signal(SIGSTOP);
    auto& second = twin();
    second.start();
    ASSERT_TRUE(run.writes_more(frozen_records));
    EXPECT_TRUE(run.sees_more(400)) << run.story();

    first.signal(SIGCONT);

    expect_halted(first);
    EXPECT_TRUE(run.sees_more(400)) << run.story();
    expect_perfect(second);
}

TEST_F(Programs, OneThatSleptWithoutSuccessorGoesOn)
{
    first.signal(SIGSTOP);
    ASSERT_TRUE(run.writes_more(frozen_records));

    first.signal(SIGCONT);

    EXPECT_TRUE(run.sees_more(400)) << run.story();
    expect_perfect(first);
}

// It hides the end of `_strait.links` until somebody ends it: the successor, not its time-out.
TEST_F(Programs, WhatAPredecessorLeftOpenIsEndedAtOnce)
{
    first.kill();
    const TopicName log{links::links_topic_name};
    auto client = SharedClusters::target().admin_properties();
    const auto partitions = KafkaAdmin{client}.partition_count(log);
    client["transaction.timeout.ms"] = "600000";
    KafkaWriter predecessor{client, "strait." + run.link() + ".0"};
    predecessor.begin();
    NewRecord record;
    record.at = {log, links::links_partition(LinkName{run.link()}, partitions)};
    predecessor.send(record);
    predecessor.flush();

    first.start();

    constexpr std::uint64_t sessions = 3;  // begin with a transaction each
    const auto works = [](const auto& it) { return it.transactions.committed > sessions; };
    const auto awaited = run.door(first).wait_for(works, 30s);
    EXPECT_TRUE(awaited.found) << to_text(awaited.last) << run.story();
    expect_perfect(first);
}

}  // namespace
}  // namespace strait::testing
