#include "catalog/commands/grants.hpp"

#include "tests/catalog/some_exchange.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::catalog {
namespace {

// What a request is looked at for, and looked at again when it is approved.
struct GrantsTest : ExchangeTest {
    RequestId asked() { return ask(asking(offer(Approval::manual).id))->request.id; }

    Outcome<Requested> approve(RequestId id, const Narrowing& narrowing = {})
    {
        return catalog.execute([&](Draft& draft) {
            return decide_request(draft, acme, id, Verb::approve, "because", narrowing);
        });
    }

    template <class T>
    void set_state(Id<T::noun> id, typename T::State state)
    {
        auto record = catalog.find<T>(id).value();
        record.state = state;
        must([&](Draft& draft) -> Outcome<bool> {
            draft.put(record);
            return true;
        });
    }

    Offer offer_of(const Plan& plan, const Policy& policy = {})
    {
        const auto made = must([&](Draft& draft) {
            return create_offer(draft,
                                acme,
                                {.name = "special",
                                 .product = orders,
                                 .versions = {{1, 0, 0}, true},
                                 .plan = plan,
                                 .policy = policy});
        });
        return must(
            [&](Draft& draft) { return change_offer(draft, acme, made.id, Verb::publish); });
    }

    Plan plan(DeliveryKind kind, std::vector<StreamRight> rights = {StreamRight::consume}) const
    {
        return {.kinds = {kind},
                .rights = std::move(rights),
                .quota = {100, 0, 0},
                .approval = Approval::auto_,
                .max_duration_d = 365};
    }
};

TEST_F(GrantsTest, TellNoConsumerOfAnother)
{
    must([&](Draft& draft) {
        auto wider = text();
        wider.audience.organisations = {*globex.organisation, *initech.organisation};
        return describe_product(draft, acme, orders, wider);
    });
    Policy policy;
    policy.organisations = {*initech.organisation, *globex.organisation};
    const auto special = offer_of(plan(DeliveryKind::kafka_mirror), policy);

    const auto made = ask(asking(special.id));

    ASSERT_TRUE(made) << made.error().detail;
    const auto agreement = catalog.find<Agreement>(made->subscription->agreement).value();
    EXPECT_EQ(agreement.policy.organisations, std::vector{*globex.organisation});
    EXPECT_EQ(boost::json::serialize(to_json(agreement, Purpose::stored))
                  .find(to_string(*initech.organisation)),
              std::string::npos);
}

TEST_F(GrantsTest, AreOffersThatAreOpen)
{
    const auto id = offer(Approval::manual).id;
    const auto foreign =
        catalog.execute([&](Draft& draft) { return request_access(draft, initech, asking(id)); });
    EXPECT_EQ(foreign.error(), (Refusal{RefusalCode::not_found, to_string(id)}));
    must([&](Draft& draft) { return change_offer(draft, acme, id, Verb::close); });

    EXPECT_EQ(code_of(ask(asking(id))), RefusalCode::offer_not_open);
    const auto still_foreign =
        catalog.execute([&](Draft& draft) { return request_access(draft, initech, asking(id)); });
    EXPECT_EQ(still_foreign.error(), foreign.error());
}

TEST_F(GrantsTest, AreNoOffersThatAreNotPublished)
{
    const auto staged = must([&](Draft& draft) {
        return create_offer(draft,
                            acme,
                            {.name = "staged",
                             .product = orders,
                             .versions = {{1, 0, 0}, true},
                             .plan = plan(DeliveryKind::kafka_mirror),
                             .policy = {}});
    });
    EXPECT_EQ(code_of(ask(asking(staged.id))), RefusalCode::not_found);
}

TEST_F(GrantsTest, AreNotApprovedOnceTheOfferIsClosed)
{
    const auto id = asked();
    const auto closed = catalog.find<AccessRequest>(id)->offer;
    must([&](Draft& draft) { return change_offer(draft, acme, closed, Verb::close); });
    EXPECT_EQ(code_of(approve(id)), RefusalCode::offer_not_open);
}

TEST_F(GrantsTest, AreNotApprovedForWhoDoesNotSeeTheProduct)
{
    const auto id = asked();
    must([&](Draft& draft) {
        auto narrower = text();
        narrower.audience.organisations.clear();
        return describe_product(draft, acme, orders, narrower);
    });
    EXPECT_EQ(code_of(approve(id)), RefusalCode::offer_not_open);
}

TEST_F(GrantsTest, AreNotApprovedForAProgramThatIsDisabled)
{
    const auto id = asked();
    set_state<Application>(checkout, ApplicationState::disabled);

    const auto refused = approve(id);

    EXPECT_EQ(code_of(refused), RefusalCode::illegal_transition);
    EXPECT_EQ(refused.error().named, (std::vector<std::string>{"request-changes", "reject"}));
}

// Nor is the provider told which cluster it is.
TEST_F(GrantsTest, AreNotApprovedForAClusterThatIsDisabled)
{
    const auto id = asked();
    set_state<Cluster>(bergen, ClusterState::disabled);

    const auto refused = approve(id);

    EXPECT_EQ(code_of(refused), RefusalCode::illegal_transition);
    EXPECT_EQ(refused.error().detail.find("clu_"), std::string::npos);
}

TEST_F(GrantsTest, AreNotApprovedForAnOrganisationThatIsNotActive)
{
    const auto id = asked();
    set_state<Organisation>(*globex.organisation, OrganisationState::suspended);
    EXPECT_EQ(code_of(approve(id)), RefusalCode::illegal_transition);
    set_state<Organisation>(*globex.organisation, OrganisationState::active);
    set_state<Organisation>(*acme.organisation, OrganisationState::suspended);
    EXPECT_EQ(code_of(approve(id)), RefusalCode::offer_not_open);
    set_state<Organisation>(*acme.organisation, OrganisationState::active);
    EXPECT_TRUE(approve(id));
}

TEST_F(GrantsTest, AreNotApprovedTooLate)
{
    const auto id = asked();
    catalog.now.unix_ms += request_life.count();
    EXPECT_EQ(code_of(approve(id)), RefusalCode::illegal_transition);
}

TEST_F(GrantsTest, AreNarrowedByAnApproval)
{
    auto by_hand = plan(DeliveryKind::kafka_mirror);
    by_hand.approval = Approval::manual;
    const auto id = ask(asking(offer_of(by_hand).id))->request.id;
    const Timestamp end{catalog.now.unix_ms + 30 * 86'400'000LL};
    const auto code_with = [&](const Narrowing& narrowing) {
        return code_of(approve(id, narrowing));
    };
    constexpr auto invalid = RefusalCode::invalid_request;
    EXPECT_EQ(code_with({.ends_at = Timestamp{end.unix_ms + 1}, .quota = {}}), invalid);
    EXPECT_EQ(code_with({.ends_at = catalog.now, .quota = {}}), invalid);
    EXPECT_EQ(code_with({.ends_at = {}, .quota = Quota{101, 0, 0}}), invalid);
    EXPECT_EQ(code_with({.ends_at = {}, .quota = Quota{0, 0, 0}}), invalid);
    EXPECT_EQ(code_with({.ends_at = {}, .quota = Quota{100, -1, 0}}), invalid);

    const Timestamp sooner{catalog.now.unix_ms + 1'000};
    const auto made = approve(id, {.ends_at = sooner, .quota = Quota{50, 1'000, 0}});

    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_EQ(made->subscription->ends_at, sooner);
    const auto agreement = catalog.find<Agreement>(made->subscription->agreement).value();
    EXPECT_EQ(agreement.ends_at, sooner);
    EXPECT_EQ(agreement.plan.quota, (Quota{50, 1'000, 0}));
    EXPECT_EQ(agreement.digest, digest_of(agreement));
}

TEST_F(GrantsTest, AreOneAtATimeForAProgramAndAnOffer)
{
    const auto id = offer(Approval::auto_).id;
    const auto first = ask(asking(id));
    ASSERT_TRUE(first);

    EXPECT_EQ(code_of(ask(asking(id))), RefusalCode::in_use);
    EXPECT_TRUE(ask(asking(offer(Approval::auto_, "other").id)));

    ASSERT_TRUE(end(globex, first->subscription->id, Verb::cancel));
    EXPECT_TRUE(ask(asking(id)));
}

TEST_F(GrantsTest, AreOneRequestAtATimeHoweverManyWereClosed)
{
    const auto id = offer(Approval::manual).id;
    for (int i = 0; i < 1'010; ++i) {
        auto closed = some_request();
        closed.id = {make_id(some_time.unix_ms - 1,
                             {1,
                              2,
                              3,
                              4,
                              5,
                              6,
                              7,
                              8,
                              static_cast<std::uint8_t>(i / 256),
                              static_cast<std::uint8_t>(i % 256)})};
        closed.offer = id;
        closed.state = RequestState::withdrawn;
        must([&](Draft& draft) -> Outcome<bool> {
            draft.put(closed);
            return true;
        });
    }
    ASSERT_TRUE(ask(asking(id)));
    EXPECT_EQ(code_of(ask(asking(id))), RefusalCode::request_open);
}

TEST_F(GrantsTest, HaveNoMoreRightsThanPlanAndPort)
{
    auto both = port();
    both.alias = "both";
    both.rights = {StreamRight::publish, StreamRight::consume};
    auto writes = port();
    writes.alias = "writes";
    writes.rights = {StreamRight::publish};
    version(orders, {1, 1, 0}, {port(), both, writes});
    ASSERT_TRUE(publish(orders, {1, 1, 0}));

    const auto made = ask(asking(offer(Approval::auto_).id));

    ASSERT_TRUE(made) << made.error().detail;
    const auto& ports = made->subscription->ports;
    ASSERT_EQ(ports.size(), 2U);
    EXPECT_EQ(ports[0].alias, "orders");
    EXPECT_EQ(ports[1].alias, "both");
    EXPECT_EQ(ports[1].rights, std::vector{StreamRight::consume});
    EXPECT_EQ(made->subscription->rights, std::vector{StreamRight::consume});
}

TEST_F(GrantsTest, AreOfAtLeastOnePort)
{
    const auto other_kind = offer_of(plan(DeliveryKind::http_pull));
    auto input = asking(other_kind.id);
    input.kind = DeliveryKind::http_pull;
    input.target = {};
    EXPECT_EQ(code_of(ask(input)), RefusalCode::offer_not_open);
}

TEST_F(GrantsTest, AreOfNoRightThatNoPortHas)
{
    const auto writing = offer_of(plan(DeliveryKind::kafka_mirror, {StreamRight::publish}));
    EXPECT_EQ(code_of(ask(asking(writing.id))), RefusalCode::offer_not_open);
}

TEST_F(GrantsTest, GoToTargetsThatFitTheirKind)
{
    const auto id = offer(Approval::auto_).id;
    const auto code_with = [&](auto change) {
        auto input = asking(id);
        change(input.target);
        return code_of(ask(input));
    };
    constexpr auto invalid = RefusalCode::invalid_request;

    EXPECT_EQ(code_with([](Target& to) { to.cluster.reset(); }), invalid);
    EXPECT_EQ(code_with([](Target& to) { to.url = "https://globex.example"; }), invalid);
    EXPECT_EQ(code_with([](Target& to) { to.prefix = "a b"; }), invalid);
    EXPECT_EQ(code_with([](Target& to) { to.prefix = std::string(245, 'a'); }), invalid);
    EXPECT_EQ(code_with([&](Target& to) { to.cluster = oslo; }), RefusalCode::not_found);
    set_state<Cluster>(bergen, ClusterState::registered);
    EXPECT_EQ(code_with([](Target&) {}), RefusalCode::not_found);
}

TEST(HttpsUrl, HasAHostAndNoCredentials)
{
    EXPECT_TRUE(is_https_url("https://globex.example/orders?x=1"));
    for (const auto* const refused : {"",
                                      "https://",
                                      "https:///orders",
                                      "http://globex.example",
                                      "https://ada:secret@globex.example",
                                      "https://globex.example/#part",
                                      "https://globex.example\\@other",
                                      "https://globex.example/a b"}) {
        EXPECT_FALSE(is_https_url(refused)) << refused;
    }
    EXPECT_FALSE(is_https_url("https://a.example/" + std::string(url_size_max, 'a')));
}

}  // namespace
}  // namespace strait::catalog
