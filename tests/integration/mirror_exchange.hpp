#pragma once

#include "catalog/catalog.hpp"
#include "catalog/commands/applications.hpp"
#include "catalog/commands/clusters.hpp"
#include "catalog/commands/offers.hpp"
#include "catalog/commands/organisations.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/commands/requests.hpp"
#include "catalog/commands/subscriptions.hpp"
#include "core/network.hpp"
#include "exchange/catalog_clusters.hpp"
#include "exchange/reconciler/reconciler.hpp"
#include "links/configured_links.hpp"
#include "links/link_engine.hpp"
#include "tests/links/control_thread.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace strait::testing {

// A node without doors: the catalog, the links and the reconciler between them. acme publishes a
// topic of the source, globex has it mirrored to the target.
struct MirrorExchange : ::testing::Test {
    template <class T>
    using Outcome = catalog::Outcome<T>;
    using Draft = catalog::Draft;
    using Subscription = catalog::Subscription;

    TempFolder folder{"mirror"};
    links::ControlThread thread;
    std::unique_ptr<links::LinkEngine> engine;
    std::unique_ptr<links::ConfiguredLinks> links;
    std::unique_ptr<catalog::Catalog> catalog;
    std::unique_ptr<exchange::Reconciler> reconciler;
    std::optional<Result<void>> engine_ended;
    boost::asio::cancellation_signal stop;
    bool reconciler_ended = true;

    catalog::Act host{.actor = catalog::Principal{catalog::Principal::Kind::host},
                      .organisation = {},
                      .roles = {},
                      .entropy = catalog::system_entropy(),
                      .pepper = Secret{"pepper"}};
    catalog::Act system = host.as_system();
    catalog::Act acme;
    catalog::Act globex;
    TopicName topic = unique_topic("sold");
    std::string prefix = topic.value() + ".";

    MirrorExchange()
    {
        KafkaAdmin{SharedClusters::source().admin_properties()}.create_topic(topic, 2);
        open();
        acme = join("acme");
        globex = join("globex");
    }

    ~MirrorExchange() override { close(); }

    // `reconciles`: false leaves the catalog without anybody who follows it.
    void open(bool reconciles = true)
    {
        auto store = catalog::CatalogStore::open(folder.path() / "catalog");
        catalog = std::make_unique<catalog::Catalog>(
            std::move(store).value(), Secret{"pepper"}, thread.pool.get_executor(), thread.clock);
        if (!reconciles) return;
        links::EngineConfig config;
        config.view_folder = folder.path() / "links";
        config.operations_folder = folder.path() / "operations";
        engine = std::make_unique<links::LinkEngine>(std::move(config), thread.node);
        links =
            std::make_unique<links::ConfiguredLinks>(*engine, thread.node, std::chrono::seconds{5});
        auto wanted = links->open(folder.path() / "store", {});
        ASSERT_TRUE(wanted);
        ASSERT_TRUE(engine->open(*std::move(wanted)));
        engine_ended.reset();
        thread.spawn(engine->run(), engine_ended);
        reconciler = std::make_unique<exchange::Reconciler>(
            *catalog,
            exchange::DataPlane{*links, *engine, exchange::cluster_configs(brokers_of_tests())},
            thread.io.get_executor(),
            thread.clock,
            thread.logging.make_logger("reconciler"));
        reconciler_ended = false;
        boost::asio::co_spawn(thread.io,
                              reconciler->run(),
                              boost::asio::bind_cancellation_slot(
                                  stop.slot(), [this](const std::exception_ptr& thrown) {
                                      reconciler_ended = true;
                                      if (thrown) std::rethrow_exception(thrown);
                                  }));
    }

    static std::vector<Network> brokers_of_tests()
    {
        return {Network::parse("127.0.0.0/8").value(), Network::parse("::1").value()};
    }

    void close()
    {
        if (!reconciler_ended) stop.emit(boost::asio::cancellation_type::terminal);
        EXPECT_TRUE(thread.run_until([&] { return reconciler_ended; }));
        reconciler.reset();
        if (engine) {
            engine->drain();
            EXPECT_TRUE(thread.run_until([&] { return engine_ended.has_value(); }));
        }
        links.reset();
        engine.reset();
        catalog.reset();
    }

    // Carries the command out as somebody else than the caller: it knows as whom.
    template <class T>
    T must(std::function<Outcome<T>(Draft&)> command)
    {
        const catalog::Catalog::Command<T> whole = [command](Draft& draft, const catalog::Act&) {
            return command(draft);
        };
        std::optional<Outcome<T>> outcome;
        thread.spawn(
            catalog->execute({.kind = catalog::Caller::Kind::system, .request_id = "r"}, whole),
            outcome);
        EXPECT_TRUE(thread.run_until([&] { return outcome.has_value(); }));
        if (!*outcome) throw std::runtime_error{outcome->error().detail};
        return **std::move(outcome);
    }

    catalog::Act join(const std::string& name)
    {
        const auto made = must<catalog::CreatedOrganisation>([&](Draft& draft) {
            return create_organisation(draft, host, {name, name, "a@" + name + ".example"});
        });
        auto act = host;
        act.actor = catalog::Principal{catalog::make_id<catalog::Noun::user>(host, {1})};
        act.organisation = made.organisation.id;
        act.roles = {catalog::Role::org_admin};
        act.scopes = catalog::all_scopes();
        return act;
    }

    catalog::ClusterId cluster_of(const catalog::Act& act,
                                  const std::string& name,
                                  const KafkaCluster& kafka)
    {
        const auto made = must<catalog::Cluster>([&](Draft& draft) {
            return register_cluster(draft, act, {.name = name, .bootstrap = {kafka.bootstrap()}});
        });
        must<catalog::Cluster>([&](Draft& draft) {
            return verify_cluster(draft, act, made.id, {kafka.cluster_id(), 1, {1}});
        });
        return made.id;
    }

    // An offer of the topic as "orders" that approves by itself.
    catalog::OfferId offer()
    {
        const auto oslo = cluster_of(acme, "oslo", SharedClusters::source());
        const auto product = must<catalog::DataProduct>([&](Draft& draft) {
            catalog::ProductText text;
            text.title = "Orders";
            text.summary = "Every order";
            text.audience.kind = catalog::AudienceKind::public_;
            text.support = {{"support", "help@acme.example"}};
            return create_product(draft, acme, "orders", text);
        });
        catalog::DeclaredPort port;
        port.alias = "orders";
        port.cluster = oslo;
        port.topic = topic.value();
        port.rights = {catalog::StreamRight::consume};
        port.kinds = {catalog::DeliveryKind::kafka_mirror};
        must<catalog::ProductVersion>([&](Draft& draft) {
            return add_version(
                draft, acme, {.product = product.id, .version = {1, 0, 0}, .ports = {port}});
        });
        must<catalog::ProductVersion>([&](Draft& draft) {
            return observe_port(draft, system, product.id, {1, 0, 0}, "orders", {"id", 2, -1});
        });
        must<catalog::ProductVersion>([&](Draft& draft) {
            return change_version(draft, acme, product.id, {1, 0, 0}, catalog::Verb::publish);
        });
        const auto made = must<catalog::Offer>([&](Draft& draft) {
            return create_offer(draft,
                                acme,
                                {.name = "partner",
                                 .product = product.id,
                                 .versions = {{1, 0, 0}, true},
                                 .plan = {.kinds = {catalog::DeliveryKind::kafka_mirror},
                                          .rights = {catalog::StreamRight::consume},
                                          .quota = {},
                                          .approval = catalog::Approval::auto_,
                                          .max_duration_d = 365},
                                 .policy = {}});
        });
        must<catalog::Offer>([&](Draft& draft) {
            return change_offer(draft, acme, made.id, catalog::Verb::publish);
        });
        return made.id;
    }

    catalog::SubscriptionId subscribe()
    {
        const auto offered = offer();
        const auto bergen = cluster_of(globex, "bergen", SharedClusters::target());
        const auto application = must<catalog::Application>([&](Draft& draft) {
            return create_application(draft, globex, {.name = "checkout", .title = "Checkout"});
        });
        const auto requested = must<catalog::Requested>([&](Draft& draft) {
            return request_access(draft,
                                  globex,
                                  {.offer = offered,
                                   .application = application.id,
                                   .kind = catalog::DeliveryKind::kafka_mirror,
                                   .target = {.cluster = bergen, .prefix = prefix, .url = {}},
                                   .duration_d = 30});
        });
        return requested.subscription.value().id;
    }

    Subscription found(catalog::SubscriptionId id)
    {
        const catalog::Catalog::Command<Subscription> question =
            [id](Draft& draft, const catalog::Act&) -> Outcome<Subscription> {
            return draft.find<Subscription>(id).value();
        };
        std::optional<Outcome<Subscription>> answer;
        thread.spawn(
            catalog->ask({.kind = catalog::Caller::Kind::system, .request_id = "r"}, question),
            answer);
        EXPECT_TRUE(thread.run_until([&] { return answer.has_value(); }));
        return answer->value();
    }

    // False if it does not come to that.
    bool comes_to(catalog::SubscriptionId id, catalog::SubscriptionState state)
    {
        const auto deadline = thread.clock.now() + std::chrono::seconds{120};
        while (found(id).state != state && thread.clock.now() < deadline) {
            thread.io.run_for(std::chrono::milliseconds{20});
        }
        return found(id).state == state;
    }

    void write(int count)
    {
        std::vector<NewRecord> records;
        for (int i = 0; i < count; ++i) {
            auto& record = records.emplace_back();
            record.at = {topic, Partition{i % 2}};
            record.value = "v";
        }
        write_all(SharedClusters::source().admin_properties(), records);
    }

    // The links go on meanwhile: what is open at the target is theirs to end.
    std::vector<SeenRecord> mirrored()
    {
        auto read = std::async(std::launch::async, [this] {
            return read_all(SharedClusters::target().admin_properties(),
                            TopicName{prefix + "orders"});
        });
        EXPECT_TRUE(thread.run_until(
            [&] { return read.wait_for(std::chrono::seconds{0}) == std::future_status::ready; }));
        return read.get();
    }

    // False if it does not come to that.
    bool arrive(std::size_t count)
    {
        return thread.run_until([&] { return mirrored().size() >= count; }) &&
               mirrored().size() == count;
    }
};

}  // namespace strait::testing
