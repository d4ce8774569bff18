#pragma once

#include "catalog/commands/applications.hpp"
#include "catalog/commands/clusters.hpp"
#include "catalog/commands/credentials.hpp"
#include "catalog/commands/expiry.hpp"
#include "catalog/commands/offers.hpp"
#include "catalog/commands/organisations.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/commands/requests.hpp"
#include "catalog/commands/subscriptions.hpp"
#include "tests/catalog/some_act.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace strait::catalog {

// acme publishes orders, globex asks for them. Each acts through one person with all roles.
struct ExchangeTest : ::testing::Test {
    MemoryCatalog catalog;
    Act host{.actor = Principal{Principal::Kind::host},
             .organisation = {},
             .roles = {},
             .entropy = counting_entropy(),
             .pepper = Secret{"pepper"}};
    Act system = as_system();
    Act acme = join("acme", 71);
    Act globex = join("globex", 72);
    Act initech = join("initech", 73);
    ClusterId oslo = cluster_of(acme, "oslo");
    ClusterId bergen = cluster_of(globex, "bergen");
    ProductId orders = product();
    ApplicationId checkout = application();

    Act as_system() const { return host.as_system(); }

    template <class Command>
    auto must(Command command)
    {
        auto outcome = catalog.execute(std::move(command));
        if (!outcome) {
            std::string all = outcome.error().detail;
            for (const auto& each : outcome.error().named) all += "; " + each;
            throw std::runtime_error{all};
        }
        return *std::move(outcome);
    }

    Act join(const std::string& name, std::uint8_t person)
    {
        const auto made = must([&](Draft& draft) {
            return create_organisation(draft, host, {name, "Title", "a@" + name + ".example"});
        });
        auto act = host;
        act.actor = Principal{some_id<Noun::user>(person)};
        act.organisation = made.organisation.id;
        act.roles = {Role::org_admin};
        act.scopes = all_scopes();
        return act;
    }

    ClusterId cluster_of(const Act& act, const std::string& name)
    {
        const auto cluster = must([&](Draft& draft) {
            return register_cluster(
                draft, act, {.name = name, .bootstrap = {name + ".example:9093"}});
        });
        must([&](Draft& draft) {
            return verify_cluster(draft, act, cluster.id, {"id", 3, some_time});
        });
        return cluster.id;
    }

    ProductText text() const
    {
        ProductText text;
        text.title = "Orders";
        text.summary = "Every order";
        text.audience = {AudienceKind::organisations, {globex.organisation.value()}};
        text.support = {{"support", "help@acme.example"}};
        return text;
    }

    DeclaredPort port() const
    {
        auto port = some_declared_port();
        port.cluster = oslo;
        port.contract.reset();
        return port;
    }

    // A draft whose topics have been seen.
    ProductVersion version(ProductId product, Semver number, const std::vector<DeclaredPort>& ports)
    {
        auto made = must([&](Draft& draft) {
            return add_version(
                draft, acme, {.product = product, .version = number, .ports = ports});
        });
        for (const auto& each : ports) {
            made = must([&](Draft& draft) {
                return observe_port(draft, system, product, number, each.alias, some_topic());
            });
        }
        return made;
    }

    Outcome<ProductVersion> publish(ProductId product, Semver number)
    {
        return catalog.execute([&](Draft& draft) {
            return change_version(draft, acme, product, number, Verb::publish);
        });
    }

    ProductId product()
    {
        const auto made =
            must([&](Draft& draft) { return create_product(draft, acme, "orders", text()); });
        version(made.id, {1, 0, 0}, {port()});
        EXPECT_TRUE(publish(made.id, {1, 0, 0}));
        return made.id;
    }

    ApplicationId application()
    {
        return must([&](Draft& draft) {
                   return create_application(
                       draft, globex, {.name = "checkout", .title = "Checkout"});
               })
            .id;
    }

    Offer offer(Approval approval, const std::string& name = "partner", bool with_terms = false)
    {
        NewOffer input{.name = name,
                       .product = orders,
                       .versions = {{1, 0, 0}, true},
                       .plan = {.kinds = {DeliveryKind::kafka_mirror},
                                .rights = {StreamRight::consume},
                                .quota = {},
                                .approval = approval,
                                .max_duration_d = 365},
                       .policy = {}};
        if (with_terms) input.terms = NewTerms{.title = "Terms", .text = "Be nice."};
        const auto made = must([&](Draft& draft) { return create_offer(draft, acme, input); });
        return must(
            [&](Draft& draft) { return change_offer(draft, acme, made.id, Verb::publish); });
    }

    NewRequest asking(OfferId offer) const
    {
        return {.offer = offer,
                .application = checkout,
                .kind = DeliveryKind::kafka_mirror,
                .target = {.cluster = bergen, .prefix = "acme.", .url = {}},
                .duration_d = 30};
    }

    Outcome<Requested> ask(const NewRequest& input)
    {
        return catalog.execute([&](Draft& draft) { return request_access(draft, globex, input); });
    }

    Outcome<Requested> decide(const Act& act, RequestId id, Verb verb)
    {
        return catalog.execute(
            [&](Draft& draft) { return decide_request(draft, act, id, verb, "because"); });
    }

    Subscription subscribed()
    {
        return ask(asking(offer(Approval::auto_).id))->subscription.value();
    }

    Outcome<Subscription> hold(const Act& act, SubscriptionId id, Verb verb)
    {
        return catalog.execute(
            [&](Draft& draft) { return hold_subscription(draft, act, id, verb); });
    }

    Outcome<Subscription> end(const Act& act, SubscriptionId id, Verb verb)
    {
        return catalog.execute(
            [&](Draft& draft) { return end_subscription(draft, act, id, verb); });
    }

    Subscription live()
    {
        const auto id = subscribed().id;
        return must([&](Draft& draft) {
            return report_conditions(
                draft,
                system,
                id,
                {{ConditionType::ready, true, "", "", "", HoldBy::system, catalog.now}});
        });
    }

    std::size_t expire_all() { return end_what_is_over(catalog, system); }

    template <class T>
    static RefusalCode code_of(const Outcome<T>& outcome)
    {
        EXPECT_FALSE(outcome);
        return outcome ? RefusalCode{} : outcome.error().code;
    }
};

}  // namespace strait::catalog
