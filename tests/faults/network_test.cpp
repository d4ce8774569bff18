#include "tests/faults/link_under_load.hpp"
#include "tests/support/fault_proxy.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>

// A link between two clusters over a network that comes to grief: the lag grows, nothing else, and
// it goes on by itself.
namespace strait::testing {
namespace {

using namespace std::chrono_literals;
using Way = FaultProxy::Way;

constexpr auto short_times = "    timeouts: {transaction: 20s, delivery: 10s, id_check: 1s}\n";
constexpr auto short_requests = ", client: {socket_timeout: 2s}";

struct BadNetwork : ::testing::Test {
    KafkaCluster source{{.proxied = true}};
    KafkaCluster target{{.proxied = true}};
    LinkUnderLoad run{source,
                      target,
                      {.seed = fault_seed(), .link_keys = short_times, .far_keys = short_requests}};

    void SetUp() override
    {
        run.strait().start();
        ASSERT_TRUE(run.sees_more(400)) << run.strait().log();
    }

    // The trouble lasts as long as the producers need for so many records.
    void suffer(const std::string& name,
                const std::function<void(FaultProxy&)>& inflict,
                std::size_t records)
    {
        for (auto* const cluster : {&source, &target}) {
            SCOPED_TRACE(name + (cluster == &source ? " at the source" : " at the target"));
            inflict(cluster->proxy());
            ASSERT_TRUE(run.writes_more(records)) << run.story();
            cluster->proxy().heal();
            ASSERT_TRUE(run.sees_more(600, 90s)) << run.story();
        }
    }

    void expect_perfect()
    {
        const auto verdict = run.verdict();
        EXPECT_TRUE(verdict.passed()) << verdict.text() << run.story();
    }
};

TEST_F(BadNetwork, CostsTimeOnly)
{
    constexpr std::size_t some = 1'000;  // under 2 s
    constexpr std::size_t many = 3'000;  // 5 s: beyond the time of a request
    suffer("slow", [](auto& proxy) { proxy.delay(200ms); }, some);
    suffer("cut", [](auto& proxy) { proxy.reset(); }, some);
    suffer("half-open", [](auto& proxy) { proxy.cut_silently(); }, many);
    suffer(
        "a black hole", [](auto& proxy) { proxy.swallow({Way::to_broker, Way::to_client}); }, many);
    suffer("deaf", [](auto& proxy) { proxy.swallow({Way::to_broker}); }, many);
    suffer("mute", [](auto& proxy) { proxy.swallow({Way::to_client}); }, many);
    expect_perfect();
}

// KIP-890: the request that ends a transaction is late, its repetition is answered, and it arrives
// in the middle of the next one. Transactions are long, so that it does.
struct DelayedEndTxn : ::testing::Test {
    static constexpr std::int16_t end_txn = 26;

    KafkaCluster source;
    KafkaCluster target{{.proxied = true}};
    LinkUnderLoad run{source,
                      target,
                      {.seed = fault_seed(),
                       .shards = 1,
                       .records_per_second = 2'000,
                       .link_keys = "    commit: {max_interval: 3s, bytes: 64MiB, linger: 3s}\n"
                                    "    limits: {memory: 256MiB}\n",
                       .far_keys = ", client: {socket_timeout: 1s}"}};

    std::uint64_t committed()
    {
        const auto status = run.door().status();
        return status ? status->transactions.committed : 0;
    }

    // The program dies in the middle of the transaction that the late request met.
    Verdict verdict()
    {
        EXPECT_TRUE(run.sees_more(2'000)) << run.story();
        auto& proxy = target.proxy();
        proxy.hold(end_txn);
        EXPECT_TRUE(wait_for([&] { return proxy.held() == 1; }, 30s)) << run.story();
        const auto before = committed();
        EXPECT_TRUE(wait_for([&] { return committed() > before; }, 30s)) << run.story();
        EXPECT_TRUE(run.writes_more(3'000)) << "of the next one, a second and a half long";
        proxy.release();
        EXPECT_TRUE(run.writes_more(500));
        run.strait().kill();
        run.strait().start();
        return run.verdict();
    }
};

TEST_F(DelayedEndTxn, EndsNoOtherTransaction)
{
    run.strait().start();
    const auto found = verdict();
    EXPECT_TRUE(found.passed()) << found.text() << run.story();
}

TEST_F(DelayedEndTxn, EndsAnotherTransactionWithoutTheDefence)
{
    run.strait().start_with_failpoint("producer.recycling:off");
    const auto found = verdict();
    EXPECT_FALSE(found.passed()) << "the test shows nothing: " << run.story();
    EXPECT_GT(found.violations(Invariant::no_duplicate), 0U) << found.text();
}

}  // namespace
}  // namespace strait::testing
