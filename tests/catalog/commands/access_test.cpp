#include "tests/catalog/some_exchange.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace strait::catalog {
namespace {

using AccessTest = ExchangeTest;

TEST_F(AccessTest, OfAManualOfferIsDecidedByItsOwner)
{
    const auto made = ask(asking(offer(Approval::manual).id));
    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_FALSE(made->subscription);
    const auto id = made->request.id;

    EXPECT_EQ(code_of(decide(globex, id, Verb::approve)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(decide(initech, id, Verb::approve)), RefusalCode::not_found);
    const auto approved = decide(acme, id, Verb::approve);

    ASSERT_TRUE(approved) << approved.error().detail;
    EXPECT_EQ(approved->request.state, RequestState::approved);
    EXPECT_EQ(approved->request.decisions.front().reason, "because");
    ASSERT_TRUE(approved->subscription);
    const auto& subscription = *approved->subscription;
    EXPECT_EQ(subscription.state, SubscriptionState::provisioning);
    EXPECT_EQ(subscription.organisation, globex.organisation);
    EXPECT_EQ(subscription.provider, acme.organisation);
    EXPECT_EQ(subscription.ports.size(), 1U);
    const auto agreement = catalog.find<Agreement>(subscription.agreement).value();
    EXPECT_EQ(agreement.digest, digest_of(agreement));
    EXPECT_EQ(agreement.ends_at.unix_ms, catalog.now.unix_ms + 30 * 86'400'000LL);
}

TEST_F(AccessTest, IsChangedOnlyWhileTheProviderWaitsForIt)
{
    const auto id = ask(asking(offer(Approval::manual).id))->request.id;
    auto text = text_of(catalog.find<AccessRequest>(id).value());
    text.duration_d = 20;
    const auto edit = [&](const Act& act) {
        return catalog.execute([&](Draft& draft) { return edit_request(draft, act, id, text); });
    };
    const auto early = edit(globex);
    EXPECT_EQ(code_of(early), RefusalCode::illegal_transition);
    EXPECT_EQ(early.error().detail,
              "edit: only what the provider has sent back, and this is submitted");
    ASSERT_TRUE(decide(acme, id, Verb::request_changes));
    EXPECT_EQ(code_of(edit(acme)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(edit(initech)), RefusalCode::not_found);

    EXPECT_EQ(edit(globex)->duration_d, 20U);
    EXPECT_EQ(catalog.find<AccessRequest>(id)->state, RequestState::changes_requested);
    const auto revision = catalog.revision();
    EXPECT_TRUE(edit(globex));
    EXPECT_EQ(catalog.revision(), revision);
    text.duration_d = 366;
    EXPECT_EQ(code_of(edit(globex)), RefusalCode::invalid_request);
    ASSERT_TRUE(decide(globex, id, Verb::resubmit));
    const auto approved = decide(acme, id, Verb::approve);
    ASSERT_TRUE(approved) << approved.error().detail;
    EXPECT_EQ(approved->subscription->ends_at.unix_ms, catalog.now.unix_ms + 20 * 86'400'000LL);
}

TEST_F(AccessTest, IsDecidedOnce)
{
    const auto id = ask(asking(offer(Approval::manual).id))->request.id;
    const auto first = decide(acme, id, Verb::approve);
    const auto revision = catalog.revision();

    const auto second = decide(acme, id, Verb::approve);

    ASSERT_TRUE(second);
    EXPECT_EQ(second->subscription->id, first->subscription->id);
    EXPECT_EQ(catalog.revision(), revision);
    const auto late = decide(globex, id, Verb::withdraw);
    EXPECT_EQ(code_of(late), RefusalCode::illegal_transition);
    EXPECT_EQ(late.error().detail, "withdraw: not legal for req in state approved");
}

TEST_F(AccessTest, OfAnAutomaticOfferIsOneCommand)
{
    const auto id = offer(Approval::auto_).id;
    const auto revision = catalog.revision();

    const auto made = ask(asking(id));

    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_EQ(made->request.state, RequestState::approved);
    EXPECT_TRUE(made->subscription);
    EXPECT_EQ(catalog.revision(), revision + 1);
    EXPECT_EQ(catalog.verb, "request");
}

TEST_F(AccessTest, TakesTheCurrentTermsFromWhoMayAcceptThem)
{
    const auto made = offer(Approval::auto_, "partner", true);
    auto input = asking(made.id);
    EXPECT_EQ(code_of(ask(input)), RefusalCode::terms_required);
    input.terms = ShownTerms{.version = 1, .sha256 = "other"};
    EXPECT_EQ(code_of(ask(input)), RefusalCode::terms_outdated);
    input.terms = ShownTerms{.version = 1, .sha256 = made.terms.back().sha256};
    auto developer = globex;
    developer.roles = {Role::developer};
    EXPECT_EQ(code_of(catalog.execute(
                  [&](Draft& draft) { return request_access(draft, developer, input); })),
              RefusalCode::right_missing);

    const auto asked = ask(input);

    ASSERT_TRUE(asked) << asked.error().detail;
    EXPECT_EQ(asked->request.terms->accepted_by, globex.actor);
}

TEST_F(AccessTest, IsNotToBeHadByWhoDoesNotSeeTheProduct)
{
    const auto id = offer(Approval::auto_).id;
    const auto unseen =
        catalog.execute([&](Draft& draft) { return request_access(draft, initech, asking(id)); });
    EXPECT_EQ(code_of(unseen), RefusalCode::not_found);

    must([&](Draft& draft) { return list_product(draft, acme, orders, false); });
    EXPECT_EQ(code_of(ask(asking(id))), RefusalCode::not_found);
}

TEST_F(AccessTest, IsRefusedBeyondThePlan)
{
    auto input = asking(offer(Approval::auto_).id);
    input.kind = DeliveryKind::webhook;
    input.target = {.cluster = {}, .prefix = {}, .url = "https://globex.example/orders"};
    input.duration_d = 366;

    const auto refused = ask(input);

    EXPECT_EQ(code_of(refused), RefusalCode::invalid_request);
    EXPECT_EQ(refused.error().problems.size(), 2U);
}

TEST_F(AccessTest, IsNotForTheClusterOrTheProgramOfAnother)
{
    const auto id = offer(Approval::auto_).id;
    auto input = asking(id);
    input.target.cluster = oslo;
    EXPECT_EQ(code_of(ask(input)), RefusalCode::not_found);
    input = asking(id);
    input.application = some_id<Noun::application>(80);
    EXPECT_EQ(code_of(ask(input)), RefusalCode::not_found);
}

TEST_F(AccessTest, IsAskedForOnceAtATime)
{
    const auto id = offer(Approval::manual).id;
    const auto first = ask(asking(id));
    EXPECT_EQ(code_of(ask(asking(id))), RefusalCode::request_open);
    ASSERT_TRUE(decide(globex, first->request.id, Verb::withdraw));
    EXPECT_TRUE(ask(asking(id)));
}

TEST_F(AccessTest, IsHeldByEitherSideOnItsOwn)
{
    using enum SubscriptionState;
    const auto id = live().id;

    EXPECT_EQ(hold(globex, id, Verb::pause)->state, paused);
    EXPECT_EQ(hold(acme, id, Verb::suspend)->state, suspended);
    EXPECT_EQ(hold(globex, id, Verb::resume)->state, suspended);
    EXPECT_EQ(code_of(hold(globex, id, Verb::reinstate)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(hold(acme, id, Verb::pause)), RefusalCode::right_missing);
    EXPECT_EQ(hold(acme, id, Verb::reinstate)->state, active);
    EXPECT_TRUE(is_delivering(catalog.find<Subscription>(id).value(), catalog.now));
    const auto revision = catalog.revision();
    EXPECT_EQ(hold(acme, id, Verb::reinstate)->state, active);
    EXPECT_EQ(catalog.revision(), revision);
}

TEST_F(AccessTest, IsActiveOnceItIsReady)
{
    const auto id = subscribed().id;
    ASSERT_TRUE(hold(globex, id, Verb::pause));
    EXPECT_EQ(catalog.find<Subscription>(id)->state, SubscriptionState::provisioning);
    const std::vector<Condition> ready{
        {ConditionType::ready, true, "", "", "", HoldBy::system, catalog.now}};
    const auto report = [&](const Act& act) {
        return catalog.execute(
            [&](Draft& draft) { return report_conditions(draft, act, id, ready); });
    };

    EXPECT_EQ(code_of(report(acme)), RefusalCode::right_missing);
    EXPECT_EQ(report(system)->state, SubscriptionState::paused);
    EXPECT_FALSE(is_delivering(catalog.find<Subscription>(id).value(), catalog.now));
}

TEST_F(AccessTest, RemembersItsFirstRecord)
{
    const auto id = live().id;
    const auto note = [&](const Act& act) {
        return catalog.execute([&](Draft& draft) { return note_first_record(draft, act, id); });
    };
    EXPECT_EQ(code_of(note(acme)), RefusalCode::right_missing);
    const auto first = catalog.now;
    EXPECT_EQ(note(system)->first_record_at, first);
    catalog.now.unix_ms += 1;
    const auto revision = catalog.revision();
    EXPECT_EQ(note(system)->first_record_at, first);
    EXPECT_EQ(catalog.revision(), revision);
}

TEST_F(AccessTest, EndsForGood)
{
    const auto id = live().id;

    const auto ended = end(acme, id, Verb::revoke);

    ASSERT_TRUE(ended) << ended.error().detail;
    EXPECT_EQ(ended->state, SubscriptionState::terminating);
    EXPECT_EQ(ended->receipt->reason, "revoked");
    EXPECT_EQ(ended->receipt->by, acme.organisation);
    EXPECT_EQ(ended->receipt->audit_seq, catalog.revision());
    EXPECT_EQ(ended->receipt->on_termination.duty, OnTermination::retain);
    EXPECT_EQ(ended->receipt->on_termination.status, DutyStatus::done);
    EXPECT_EQ(catalog.find<Agreement>(ended->agreement)->state, AgreementState::terminated);
    EXPECT_EQ(code_of(hold(globex, id, Verb::resume)), RefusalCode::illegal_transition);
    EXPECT_TRUE(end(acme, id, Verb::revoke));
    const auto finished = must([&](Draft& draft) {
        return finish_subscription(draft, system, id, {{"orders", 3, 1'046, 990}}, some_time);
    });
    EXPECT_EQ(finished.state, SubscriptionState::terminated);
    EXPECT_TRUE(finished.receipt->complete);
    EXPECT_EQ(code_of(end(globex, id, Verb::cancel)), RefusalCode::illegal_transition);
}

TEST_F(AccessTest, IsEndedByItsSidesAlone)
{
    const auto id = live().id;
    EXPECT_EQ(code_of(end(initech, id, Verb::cancel)), RefusalCode::not_found);
    EXPECT_EQ(code_of(end(globex, id, Verb::revoke)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(end(acme, id, Verb::cancel)), RefusalCode::right_missing);
    EXPECT_TRUE(end(globex, id, Verb::cancel));
}

TEST_F(AccessTest, EndsWithItsTime)
{
    const auto id = live().id;
    catalog.now.unix_ms += 30 * 86'400'000LL - 1;
    expire_all();
    EXPECT_EQ(catalog.find<Subscription>(id)->state, SubscriptionState::active);
    catalog.now.unix_ms += 1;
    expire_all();
    EXPECT_EQ(catalog.find<Subscription>(id)->state, SubscriptionState::terminating);
    EXPECT_EQ(catalog.find<Subscription>(id)->receipt->reason, "expired");
    EXPECT_EQ(catalog.find<Agreement>(catalog.find<Subscription>(id)->agreement)->state,
              AgreementState::expired);
}

TEST_F(AccessTest, ThatNobodyDecidesExpires)
{
    const auto id = ask(asking(offer(Approval::manual).id))->request.id;
    catalog.now.unix_ms += request_life.count();
    EXPECT_GE(expire_all(), 1U);
    EXPECT_EQ(catalog.find<AccessRequest>(id)->state, RequestState::expired);
}

}  // namespace
}  // namespace strait::catalog
