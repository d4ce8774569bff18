#include "tests/catalog/some_exchange.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::catalog {
namespace {

struct DepartureTest : ExchangeTest {
    Outcome<Organisation> change(const Act& act, const Act& of, Verb verb)
    {
        return catalog.execute(
            [&](Draft& draft) { return change_organisation(draft, act, *of.organisation, verb); });
    }

    Outcome<Application> remove(ApplicationId id)
    {
        return catalog.execute(
            [&](Draft& draft) { return change_application(draft, globex, id, Verb::remove); });
    }

    Outcome<Subscription> hold_for(HoldCause cause, SubscriptionId id, bool holds)
    {
        return catalog.execute(
            [&](Draft& draft) { return hold_for_cause(draft, system, id, cause, holds); });
    }

    SubscriptionState state_of(SubscriptionId id) { return catalog.find<Subscription>(id)->state; }
};

TEST_F(DepartureTest, OfAProgramEndsAllThatItHas)
{
    const auto first = live().id;
    const auto second = ask(asking(offer(Approval::auto_, "second").id))->subscription.value().id;
    const auto open = ask(asking(offer(Approval::manual, "third").id))->request.id;
    const auto key = must([&](Draft& draft) {
        return issue_key(
            draft, globex, {.principal = Principal{checkout}, .scopes = {Scope::catalog_read}});
    });

    const auto removed = remove(checkout);

    ASSERT_TRUE(removed) << removed.error().detail;
    EXPECT_EQ(catalog.verb, "remove");
    EXPECT_EQ(catalog.object, to_string(checkout));
    for (const auto id : {first, second}) {
        EXPECT_EQ(state_of(id), SubscriptionState::terminating);
        EXPECT_EQ(catalog.find<Subscription>(id)->receipt->reason, "cancelled");
    }
    EXPECT_EQ(catalog.find<AccessRequest>(open)->state, RequestState::withdrawn);
    EXPECT_EQ(catalog.find<Credential>(key.credential.id)->state, CredentialState::revoked);
}

TEST_F(DepartureTest, OfAProgramWaitsForNoRequestThatIsOver)
{
    const auto open = ask(asking(offer(Approval::manual).id))->request.id;
    catalog.now.unix_ms += request_life.count();

    ASSERT_TRUE(remove(checkout));

    EXPECT_EQ(catalog.find<AccessRequest>(open)->state, RequestState::expired);
}

TEST_F(DepartureTest, OfAnOrganisationIsItsAdminsOnceNothingIsLive)
{
    const auto id = live().id;
    const auto open = ask(asking(offer(Approval::manual, "other").id))->request.id;
    for (const auto* const side : {&acme, &globex}) {
        const auto refused = change(*side, *side, Verb::close);
        EXPECT_EQ(code_of(refused), RefusalCode::in_use);
        EXPECT_EQ(refused.error().named,
                  (std::vector<std::string>{to_string(id), to_string(open)}));
    }

    ASSERT_TRUE(end(globex, id, Verb::cancel));
    EXPECT_EQ(code_of(change(acme, acme, Verb::close)), RefusalCode::in_use);
    ASSERT_TRUE(decide(globex, open, Verb::withdraw));
    EXPECT_TRUE(change(acme, acme, Verb::close));
}

TEST_F(DepartureTest, OfAnOrganisationThatTheOperatorClosesEndsAllThatIsLive)
{
    const auto id = live().id;
    const auto open = ask(asking(offer(Approval::manual, "other").id))->request.id;

    ASSERT_TRUE(change(host, acme, Verb::close));

    EXPECT_EQ(state_of(id), SubscriptionState::terminating);
    EXPECT_EQ(catalog.find<Subscription>(id)->receipt->reason, "revoked");
    EXPECT_EQ(catalog.find<AccessRequest>(open)->state, RequestState::expired);
}

TEST_F(DepartureTest, ForAWhileHoldsTheSubscriptionsOfBothSides)
{
    const auto id = live().id;

    ASSERT_TRUE(change(host, globex, Verb::suspend));
    EXPECT_EQ(state_of(id), SubscriptionState::suspended);
    EXPECT_EQ(catalog.find<Subscription>(id)->holds.front().reason, "organisation_suspended");
    ASSERT_TRUE(change(host, acme, Verb::suspend));
    ASSERT_TRUE(change(host, globex, Verb::resume));
    EXPECT_EQ(state_of(id), SubscriptionState::suspended);
    ASSERT_TRUE(change(host, acme, Verb::resume));
    EXPECT_EQ(state_of(id), SubscriptionState::active);
}

// Of the operator, of the system for each cause, of the provider: none lifts another's.
TEST_F(DepartureTest, ForAWhileIsEndedByWhoSaidIt)
{
    using enum SubscriptionState;
    const auto id = live().id;
    ASSERT_TRUE(hold(host, id, Verb::suspend));
    EXPECT_EQ(catalog.find<Subscription>(id)->holds.front().by, HoldBy::operator_);
    ASSERT_TRUE(hold_for(HoldCause::quota, id, true));
    ASSERT_TRUE(hold_for(HoldCause::terms_lapsed, id, true));

    EXPECT_EQ(hold(acme, id, Verb::reinstate)->holds.size(), 3U);
    EXPECT_EQ(hold(host, id, Verb::reinstate)->holds.size(), 2U);
    EXPECT_EQ(hold_for(HoldCause::cluster_disabled, id, false)->holds.size(), 2U);
    EXPECT_EQ(hold_for(HoldCause::quota, id, false)->state, suspended);
    EXPECT_EQ(hold_for(HoldCause::terms_lapsed, id, false)->state, active);
    EXPECT_EQ(code_of(catalog.execute([&](Draft& draft) {
                  return hold_for_cause(draft, acme, id, HoldCause::quota, true);
              })),
              RefusalCode::right_missing);
    EXPECT_EQ(code_of(hold(system, id, Verb::suspend)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(hold(acme, id, Verb::revoke)), RefusalCode::right_missing);
}

// One record that cannot end: its entry leads nowhere. What comes after it ends all the same.
TEST_F(DepartureTest, OfOneWaitsForNoOther)
{
    const auto id = live().id;
    const auto lost = some_id<Noun::credential>(200);
    const auto ends_at = catalog.find<Subscription>(id)->ends_at;
    const auto key = expiry_key({ends_at.unix_ms - 1}, Noun::credential, lost.bits);
    catalog.put_entry(Family::index, key, "");
    catalog.now = ends_at;

    end_what_is_over(catalog, system);

    EXPECT_EQ(state_of(id), SubscriptionState::terminating);
    Draft draft{catalog.reader(), 0, catalog.now};
    EXPECT_EQ(next_ending(draft)->id, lost.bits);
    EXPECT_EQ(code_of(end_record(draft, system, *next_ending(draft))), RefusalCode::not_found);
    catalog.remove_entry(Family::index, key);
}

TEST_F(DepartureTest, IsSeenBeforeItIsSaid)
{
    const auto subscription = live();
    EXPECT_TRUE(is_delivering(subscription, {subscription.ends_at.unix_ms - 1}));
    EXPECT_FALSE(is_delivering(subscription, subscription.ends_at));
}

}  // namespace
}  // namespace strait::catalog
