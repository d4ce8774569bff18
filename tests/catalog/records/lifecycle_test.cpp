#include "catalog/records/lifecycle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace strait::catalog {
namespace {

template <class State>
std::vector<State> all_of()
{
    std::vector<State> all;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<State>>(
        [&](auto each) { all.push_back(each.value); });
    return all;
}

template <class State>
struct Lifecycles : ::testing::Test {};

using AllStates = ::testing::Types<OrganisationState,
                                   UserState,
                                   ApplicationState,
                                   ClusterState,
                                   VersionState,
                                   ContractState,
                                   OfferState,
                                   InvitationState,
                                   RequestState,
                                   AgreementState,
                                   SubscriptionState,
                                   DeliveryState,
                                   CredentialState>;
TYPED_TEST_SUITE(Lifecycles, AllStates);

// Whatever is asked goes by the table, and by nothing else.
TYPED_TEST(Lifecycles, AnswerForEveryPairAndEveryVerb)
{
    std::set<std::pair<TypeParam, TypeParam>> pairs;
    std::set<std::pair<TypeParam, Verb>> legal;
    for (const auto& each : lifecycle<TypeParam>) {
        pairs.emplace(each.from, each.to);
        legal.emplace(each.from, each.verb);
    }
    for (const auto from : all_of<TypeParam>()) {
        for (const auto to : all_of<TypeParam>()) {
            EXPECT_EQ(can_change(from, to), pairs.contains({from, to}))
                << to_string(from) << " " << to_string(to);
        }
        for (const auto verb : all_of<Verb>()) {
            const auto* const found = find_transition(from, verb);
            EXPECT_EQ(found != nullptr, legal.contains({from, verb})) << word_of(verb);
            EXPECT_FALSE(found != nullptr && took_effect(from, verb)) << word_of(verb);
            const auto allowed = allowed_verbs(from);
            EXPECT_EQ(std::ranges::count(allowed, verb), found != nullptr ? 1 : 0) << word_of(verb);
        }
    }
}

TYPED_TEST(Lifecycles, ReachEveryStateFromTheFirst)
{
    const auto states = all_of<TypeParam>();
    std::set<TypeParam> reached{states.front()};
    for (std::size_t round = 0; round < states.size(); ++round) {
        for (const auto& each : lifecycle<TypeParam>) {
            if (reached.contains(each.from)) reached.insert(each.to);
        }
    }
    EXPECT_EQ(reached.size(), states.size());
}

TYPED_TEST(Lifecycles, HaveNamesThatAreReadBack)
{
    for (const auto state : all_of<TypeParam>()) {
        EXPECT_EQ(from_string<TypeParam>(to_string(state)), state);
    }
    EXPECT_FALSE(from_string<TypeParam>("Active"));
}

TEST(Lifecycle, NeverComesBackFromItsEnd)
{
    EXPECT_TRUE(allowed_verbs(SubscriptionState::terminated).empty());
    EXPECT_TRUE(allowed_verbs(OrganisationState::closed).empty());
    EXPECT_TRUE(allowed_verbs(VersionState::retired).empty());
    EXPECT_TRUE(allowed_verbs(CredentialState::revoked).empty());
    for (const auto state : {RequestState::approved,
                             RequestState::rejected,
                             RequestState::withdrawn,
                             RequestState::expired}) {
        EXPECT_TRUE(allowed_verbs(state).empty());
    }
    EXPECT_EQ(allowed_verbs(SubscriptionState::terminating), std::vector{Verb::finish});
}

TEST(Lifecycle, EndsALiveSubscriptionInOnePath)
{
    using enum SubscriptionState;
    for (const auto verb : {Verb::revoke, Verb::cancel, Verb::retire, Verb::expire}) {
        for (const auto from : {provisioning, active, suspended, paused}) {
            const auto* const step = find_transition(from, verb);
            ASSERT_NE(step, nullptr) << to_string(from) << " " << word_of(verb);
            EXPECT_EQ(step->to, terminating);
        }
    }
    EXPECT_TRUE(took_effect(terminating, Verb::revoke));
    EXPECT_FALSE(took_effect(terminated, Verb::pause));
}

// Who may say what: each side its own, and nobody the other's.
TEST(Lifecycle, KeepsTheSidesApart)
{
    using enum Actor;
    const auto may = [](auto from, Verb verb, Actor actor) {
        const auto* const step = find_transition(from, verb);
        return step != nullptr && step->by.contains(actor);
    };
    EXPECT_TRUE(may(RequestState::submitted, Verb::approve, provider));
    EXPECT_FALSE(may(RequestState::submitted, Verb::approve, consumer));
    EXPECT_FALSE(may(RequestState::submitted, Verb::withdraw, provider));
    EXPECT_FALSE(may(SubscriptionState::suspended, Verb::reinstate, consumer));
    EXPECT_FALSE(may(SubscriptionState::paused, Verb::resume, provider));
    EXPECT_FALSE(may(SubscriptionState::active, Verb::cancel, provider));
    EXPECT_FALSE(may(OrganisationState::suspended, Verb::resume, admin));
    EXPECT_TRUE(may(CredentialState::active, Verb::revoke, provider));
}

TEST(Lifecycle, SaysVerbsAsPathsDo)
{
    EXPECT_EQ(word_of(Verb::request_changes), "request-changes");
    EXPECT_EQ(word_of(Verb::return_to_draft), "return");
    EXPECT_EQ(word_of(Verb::approve), "approve");
}

}  // namespace
}  // namespace strait::catalog
