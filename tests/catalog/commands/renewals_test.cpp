#include "catalog/commands/renewals.hpp"

#include "tests/catalog/some_exchange.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace strait::catalog {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

// globex has a live subscription, for 30 days.
struct RenewalTest : ExchangeTest {
    Offer partner;
    SubscriptionId id;

    void subscribe(Approval approval, bool with_terms = false)
    {
        partner = offer(approval, "partner", with_terms);
        auto input = asking(partner.id);
        if (with_terms) input.terms = current_terms();
        const auto request = ask(input)->request;
        if (approval == Approval::manual) EXPECT_TRUE(decide(acme, request.id, Verb::approve));
        id = catalog.find<AccessRequest>(request.id)->subscription.value();
        must([&](Draft& draft) {
            return report_conditions(
                draft,
                system,
                id,
                {{ConditionType::ready, true, "", "", "", HoldBy::system, catalog.now}});
        });
    }

    ShownTerms current_terms()
    {
        const auto terms = catalog.find<Offer>(partner.id)->terms.back();
        return {.version = terms.version, .sha256 = terms.sha256};
    }

    Subscription now() { return catalog.find<Subscription>(id).value(); }
    Agreement agreement() { return catalog.find<Agreement>(now().agreement).value(); }

    Outcome<Requested> renew(const Act& act,
                             std::uint32_t days,
                             const std::optional<ShownTerms>& terms = {})
    {
        return catalog.execute([&](Draft& draft) {
            return renew_subscription(draft, act, id, {.duration_d = days, .terms = terms});
        });
    }

    Outcome<Subscription> accept(const Act& act, const ShownTerms& terms)
    {
        return catalog.execute(
            [&](Draft& draft) { return accept_new_terms(draft, act, id, terms); });
    }

    void add_new_terms()
    {
        must([&](Draft& draft) {
            return add_terms(draft,
                             acme,
                             partner.id,
                             {.title = "Terms",
                              .text = "Be nicer.",
                              .accept_by = Timestamp{catalog.now.unix_ms + 15 * day_ms}});
        });
    }

    bool is_held_for_terms()
    {
        return std::ranges::any_of(now().holds,
                                   [](const Hold& each) { return each.reason == "terms_lapsed"; });
    }
};

TEST_F(RenewalTest, LetsTheSameSubscriptionLastLonger)
{
    subscribe(Approval::manual);
    const auto before = now();
    const auto old_agreement = agreement();
    catalog.now.unix_ms += 10 * day_ms;
    const auto asked = renew(globex, 60);
    ASSERT_TRUE(asked) << asked.error().detail;
    EXPECT_FALSE(asked->subscription);
    EXPECT_EQ(asked->request.renews, id);
    EXPECT_EQ(now(), before);

    const auto approved = decide(acme, asked->request.id, Verb::approve);

    ASSERT_TRUE(approved) << approved.error().detail;
    EXPECT_EQ(approved->request.subscription, id);
    auto after = now();
    EXPECT_EQ(after.ends_at.unix_ms, before.ends_at.unix_ms + 60 * day_ms);
    EXPECT_EQ(after.state, SubscriptionState::active);
    EXPECT_EQ(after.ports, before.ports);
    EXPECT_EQ(agreement().supersedes, old_agreement.id);
    EXPECT_EQ(agreement().digest, digest_of(agreement()));
    EXPECT_EQ(agreement().starts_at, catalog.now);
    EXPECT_EQ(agreement().ends_at, after.ends_at);
    EXPECT_EQ(catalog.find<Agreement>(old_agreement.id)->state, AgreementState::superseded);

    // It ends with its new end, and not before.
    catalog.now = before.ends_at;
    expire_all();
    EXPECT_EQ(now().state, SubscriptionState::active);
    catalog.now = after.ends_at;
    expire_all();
    EXPECT_EQ(now().state, SubscriptionState::terminating);
    EXPECT_EQ(agreement().state, AgreementState::expired);
}

TEST_F(RenewalTest, OfAnAutomaticOfferIsOneCommand)
{
    subscribe(Approval::auto_);
    const auto revision = catalog.revision();
    const auto renewed = renew(globex, 60);
    ASSERT_TRUE(renewed) << renewed.error().detail;
    EXPECT_EQ(renewed->subscription->id, id);
    EXPECT_EQ(catalog.revision(), revision + 1);
}

TEST_F(RenewalTest, IsTheConsumersToAskFor)
{
    subscribe(Approval::manual);
    EXPECT_EQ(code_of(renew(acme, 60)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(renew(initech, 60)), RefusalCode::not_found);
    ASSERT_TRUE(renew(globex, 60));
    EXPECT_EQ(code_of(renew(globex, 60)), RefusalCode::request_open);
}

TEST_F(RenewalTest, NeverGivesMoreThanThePlanFromNowOn)
{
    subscribe(Approval::auto_);
    EXPECT_EQ(code_of(renew(globex, 0)), RefusalCode::invalid_request);
    const auto refused = renew(globex, 336);
    EXPECT_EQ(code_of(refused), RefusalCode::invalid_request);
    EXPECT_TRUE(refused.error().problems.front().text.starts_with("at most 335: "))
        << refused.error().problems.front().text;
    ASSERT_TRUE(renew(globex, 335));
    EXPECT_EQ(code_of(renew(globex, 1)), RefusalCode::invalid_request);
}

TEST_F(RenewalTest, EndsNoSoonerForIt)
{
    subscribe(Approval::manual);
    const auto request = renew(globex, 60)->request.id;
    const auto approve = [&](Timestamp ends_at) {
        return catalog.execute([&](Draft& draft) {
            return decide_request(
                draft, acme, request, Verb::approve, "", {.ends_at = ends_at, .quota = {}});
        });
    };
    EXPECT_EQ(code_of(approve(now().ends_at)), RefusalCode::invalid_request);
    const Timestamp wanted{now().ends_at.unix_ms + day_ms};
    ASSERT_TRUE(approve(wanted));
    EXPECT_EQ(now().ends_at, wanted);
}

TEST_F(RenewalTest, BringsNothingBackThatHasEnded)
{
    subscribe(Approval::manual);
    const auto request = renew(globex, 60)->request.id;
    ASSERT_TRUE(end(acme, id, Verb::revoke));
    const auto late = decide(acme, request, Verb::approve);
    EXPECT_EQ(code_of(late), RefusalCode::illegal_transition);
    EXPECT_EQ(now().state, SubscriptionState::terminating);
    EXPECT_EQ(code_of(renew(globex, 60)), RefusalCode::illegal_transition);
    EXPECT_TRUE(decide(acme, request, Verb::reject));
}

TEST_F(RenewalTest, AsksForTermsOnlyIfTheyHaveChanged)
{
    subscribe(Approval::manual, true);
    const auto same = renew(globex, 60);
    ASSERT_TRUE(same) << same.error().detail;
    EXPECT_EQ(same->request.terms->version, 1U);
    ASSERT_TRUE(decide(globex, same->request.id, Verb::withdraw));
    add_new_terms();
    EXPECT_EQ(code_of(renew(globex, 60)), RefusalCode::terms_outdated);
    const auto asked = renew(globex, 60, current_terms());
    ASSERT_TRUE(asked) << asked.error().detail;
    ASSERT_TRUE(decide(acme, asked->request.id, Verb::approve));
    EXPECT_EQ(agreement().terms->version, 2U);
}

TEST_F(RenewalTest, HoldsWhoHasNotAcceptedNewTermsInTime)
{
    subscribe(Approval::auto_, true);
    add_new_terms();
    expire_all();
    EXPECT_FALSE(is_held_for_terms());

    catalog.now.unix_ms += 15 * day_ms;
    expire_all();
    EXPECT_TRUE(is_held_for_terms());
    EXPECT_EQ(now().state, SubscriptionState::suspended);
    EXPECT_EQ(expire_all(), 0U);

    auto developer = globex;
    developer.roles = {Role::developer};
    EXPECT_EQ(code_of(accept(developer, current_terms())), RefusalCode::right_missing);
    EXPECT_EQ(code_of(accept(acme, current_terms())), RefusalCode::right_missing);
    EXPECT_EQ(code_of(accept(globex, {.version = 1, .sha256 = "old"})),
              RefusalCode::terms_outdated);
    const auto old_agreement = agreement();
    const auto accepted = accept(globex, current_terms());
    ASSERT_TRUE(accepted) << accepted.error().detail;
    EXPECT_EQ(accepted->state, SubscriptionState::active);
    EXPECT_EQ(agreement().supersedes, old_agreement.id);
    EXPECT_EQ(agreement().terms->version, 2U);
    EXPECT_EQ(agreement().ends_at, old_agreement.ends_at);
    EXPECT_EQ(agreement().digest, digest_of(agreement()));
    const auto revision = catalog.revision();
    EXPECT_TRUE(accept(globex, current_terms()));
    EXPECT_EQ(catalog.revision(), revision) << "twice is once";
}

TEST_F(RenewalTest, LeavesThoseAloneThatHaveAcceptedInTime)
{
    subscribe(Approval::auto_, true);
    add_new_terms();
    ASSERT_TRUE(accept(globex, current_terms()));
    catalog.now.unix_ms += 15 * day_ms;
    expire_all();
    EXPECT_FALSE(is_held_for_terms());
    EXPECT_EQ(now().state, SubscriptionState::active);
}

}  // namespace
}  // namespace strait::catalog
