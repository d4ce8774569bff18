#include "exchange/cluster_watch.hpp"

#include "catalog/commands/clusters.hpp"
#include "catalog/commands/organisations.hpp"
#include "catalog/commands/products.hpp"
#include "tests/links/control_thread.hpp"
#include "tests/support/scripted_probe.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

namespace strait::exchange {
namespace {

namespace asio = boost::asio;
using catalog::Act;
using catalog::Cluster;
using catalog::ClusterState;
using catalog::Draft;
using catalog::Outcome;

struct ClusterWatchTest : ::testing::Test {
    testing::TempFolder folder{"clusters"};
    links::ControlThread thread;
    catalog::Catalog catalog{catalog::CatalogStore::open(folder.path()).value(),
                             Secret{"pepper"},
                             thread.pool.get_executor(),
                             thread.clock};
    testing::ScriptedProbe probe;
    ClusterWatch watch{catalog,
                       probe,
                       thread.io.get_executor(),
                       thread.clock,
                       thread.logging.make_logger("clusters")};
    asio::cancellation_signal stop;
    bool ended = false;
    Act acme;

    ClusterWatchTest()
    {
        acme = {.actor = catalog::Principal{catalog::Principal::Kind::host},
                .organisation = {},
                .roles = {},
                .entropy = catalog::system_entropy(),
                .pepper = Secret{"pepper"}};
        const auto made = must<catalog::CreatedOrganisation>([this](Draft& draft, const Act&) {
            return create_organisation(draft, acme, {"acme", "Acme", "a@acme.example"});
        });
        acme.organisation = made.organisation.id;
        acme.actor = catalog::Principal{catalog::make_id<catalog::Noun::user>(acme, {1})};
        acme.roles = {catalog::Role::org_admin};
        acme.scopes = catalog::all_scopes();
        asio::co_spawn(thread.io,
                       watch.run(),
                       asio::bind_cancellation_slot(
                           stop.slot(), [this](const std::exception_ptr&) { ended = true; }));
    }

    ~ClusterWatchTest() override
    {
        stop.emit(asio::cancellation_type::terminal);
        EXPECT_TRUE(thread.run_until([&] { return ended; }));
    }

    template <class T>
    T must(catalog::Catalog::Command<T> command)
    {
        std::optional<Outcome<T>> outcome;
        thread.spawn(
            catalog.execute({.kind = catalog::Caller::Kind::system, .request_id = "r"}, command),
            outcome);
        EXPECT_TRUE(thread.run_until([&] { return outcome.has_value(); }));
        if (!*outcome) throw std::runtime_error{outcome->error().detail};
        return **std::move(outcome);
    }

    template <catalog::AnyRecord T>
    T found(catalog::Id<T::noun> id)
    {
        return must<T>([id](Draft& draft, const Act&) -> Outcome<T> {
            draft.names("look", "");
            return draft.find<T>(id).value();
        });
    }

    catalog::ClusterId make_cluster()
    {
        return must<Cluster>([this](Draft& draft, const Act&) {
                   return register_cluster(
                       draft, acme, {.name = "oslo", .bootstrap = {"oslo.example:9093"}});
               })
            .id;
    }

    // The one port of a draft.
    catalog::VersionId make_version(catalog::ClusterId cluster)
    {
        const auto product = must<catalog::DataProduct>([this](Draft& draft, const Act&) {
            catalog::ProductText text;
            text.title = "Orders";
            return create_product(draft, acme, "orders", text);
        });
        catalog::DeclaredPort port;
        port.alias = "orders";
        port.cluster = cluster;
        port.topic = "sales.orders.v2";
        port.rights = {catalog::StreamRight::consume};
        port.kinds = {catalog::DeliveryKind::kafka_mirror};
        return must<catalog::ProductVersion>([&](Draft& draft, const Act&) {
                   return add_version(
                       draft, acme, {.product = product.id, .version = {1, 0, 0}, .ports = {port}});
               })
            .id;
    }

    bool becomes(catalog::ClusterId id, ClusterState state)
    {
        return thread.run_until([&] { return found<Cluster>(id).state == state; });
    }
};

TEST_F(ClusterWatchTest, VerifiesWhatAnswers)
{
    const auto id = make_cluster();
    ASSERT_TRUE(becomes(id, ClusterState::verified));
    EXPECT_EQ(found<Cluster>(id).observed, probe.cluster);
}

TEST_F(ClusterWatchTest, AsksAgainUntilACLusterAnswers)
{
    probe.failure = Error{Errc::timed_out, "nobody answers"};
    const auto id = make_cluster();
    ASSERT_TRUE(thread.run_until([&] { return probe.asked.size() >= 2; }));
    EXPECT_EQ(found<Cluster>(id).state, ClusterState::registered);
    probe.failure.reset();
    EXPECT_TRUE(becomes(id, ClusterState::verified));
}

TEST_F(ClusterWatchTest, SeesTheTopicsOfVersions)
{
    const catalog::ObservedTopic topic{"topic-id", 12, 604'800'000};
    probe.topics = {{"sales.orders.v2", topic}};
    const auto cluster = make_cluster();
    ASSERT_TRUE(becomes(cluster, ClusterState::verified));

    const auto id = make_version(cluster);

    EXPECT_TRUE(thread.run_until(
        [&] { return found<catalog::ProductVersion>(id).ports.front().observed == topic; }));
}

TEST_F(ClusterWatchTest, SeesATopicThatIsMadeLater)
{
    const auto cluster = make_cluster();
    const auto id = make_version(cluster);
    ASSERT_TRUE(
        thread.run_until([&] { return !probe.asked.empty() && probe.asked.back().size() == 1; }));
    EXPECT_FALSE(found<catalog::ProductVersion>(id).ports.front().observed);
    probe.topics = {{"sales.orders.v2", {"topic-id", 1, -1}}};
    EXPECT_TRUE(thread.run_until(
        [&] { return found<catalog::ProductVersion>(id).ports.front().observed.has_value(); }));
}

}  // namespace
}  // namespace strait::exchange
