#pragma once

#include <boost/describe/enum.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

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

template <DescribedEnum E>
std::string_view to_string(E value) noexcept
{
    return boost::describe::enum_to_string(value, "");
}

template <DescribedEnum E>
std::optional<E> from_string(std::string_view name)
{
    E value{};
    if (!boost::describe::enum_from_string(name, value)) return std::nullopt;
    return value;
}

// As paths have it: "request-changes", "return".
std::string word_of(Verb verb);

}  // namespace strait::catalog
