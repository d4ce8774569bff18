#pragma once

#include <boost/describe/enum.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

// The states of each noun. Their names are those of REST, YAML and the stored records.
namespace strait::catalog {

BOOST_DEFINE_ENUM_CLASS(OrganisationState, active, suspended, closed)
BOOST_DEFINE_ENUM_CLASS(UserState, invited, active, disabled, deleted)
BOOST_DEFINE_ENUM_CLASS(ApplicationState, active, disabled, deleted)
BOOST_DEFINE_ENUM_CLASS(ClusterState, registered, verified, disabled, deleted)
BOOST_DEFINE_ENUM_CLASS(VersionState, draft, in_review, published, deprecated, retired)
BOOST_DEFINE_ENUM_CLASS(ContractState, draft, active, deprecated, retired)
BOOST_DEFINE_ENUM_CLASS(OfferState, staging, published, closed)
BOOST_DEFINE_ENUM_CLASS(InvitationState, invited, redeemed, cancelled, expired)
BOOST_DEFINE_ENUM_CLASS(
    RequestState, submitted, changes_requested, approved, rejected, withdrawn, expired)
BOOST_DEFINE_ENUM_CLASS(AgreementState, active, expired, superseded, terminated)

// As it is shown: a live subscription with holds is `suspended`, or `paused` if all of them are the
// consumer's own.
BOOST_DEFINE_ENUM_CLASS(
    SubscriptionState, provisioning, active, suspended, paused, terminating, terminated)
BOOST_DEFINE_ENUM_CLASS(DeliveryState, requested, started, suspended, completed, terminated)
BOOST_DEFINE_ENUM_CLASS(CredentialState, pending_activation, active, rotating, revoked, expired)

// Has not ended, nor begun to.
constexpr bool is_live(SubscriptionState state)
{
    return state != SubscriptionState::terminating && state != SubscriptionState::terminated;
}

constexpr bool is_live(CredentialState state)
{
    using enum CredentialState;
    return state == pending_activation || state == active || state == rotating;
}

// Waits for somebody's decision.
constexpr bool is_open(RequestState state)
{
    return state == RequestState::submitted || state == RequestState::changes_requested;
}

// What somebody does to a record, or what happens to it: `:request-changes` of a path.
BOOST_DEFINE_ENUM_CLASS(Verb,
                        accept,
                        activate,
                        approve,
                        cancel,
                        close,
                        complete,
                        deprecate,
                        disable,
                        enable,
                        expire,
                        fail,
                        finish,
                        pause,
                        publish,
                        redeem,
                        reinstate,
                        reject,
                        remove,
                        request_changes,
                        resend,
                        restore,
                        resubmit,
                        resume,
                        retire,
                        return_to_draft,
                        revoke,
                        rotate,
                        start,
                        submit,
                        supersede,
                        suspend,
                        terminate,
                        verify,
                        withdraw)

template <class E>
concept DescribedEnum = std::is_enum_v<E> && boost::describe::has_describe_enumerators<E>::value;

// What stands for `_` in the words of an enumeration.
template <DescribedEnum E>
inline constexpr char word_joint = '_';

// The word of a value in YAML, JSON and the stored records. `operator_` is "operator": C++ has that
// word for itself.
template <DescribedEnum E>
std::string to_string(E value)
{
    std::string_view name = boost::describe::enum_to_string(value, "");
    if (name.ends_with('_')) name.remove_suffix(1);
    std::string word{name};
    std::ranges::replace(word, '_', word_joint<E>);
    return word;
}

template <DescribedEnum E>
std::optional<E> from_string(std::string_view word)
{
    std::optional<E> found;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto each) {
        if (to_string(each.value) == word) found = each.value;
    });
    return found;
}

// As paths have it: "request-changes", "return".
std::string word_of(Verb verb);

}  // namespace strait::catalog
