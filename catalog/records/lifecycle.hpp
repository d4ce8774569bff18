#pragma once

#include "catalog/records/states.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

// Which verb leads from which state of a noun to which, and who may say it: one table for each,
// which commands, answers and tests go by (catalog.md 2).
namespace strait::catalog {

// As which somebody acts on a record. The one who holds a link or a key needs no role.
enum class Actor : std::uint8_t {
    provider = 1,   // product_owner of the organisation that owns it
    consumer = 2,   // developer of the organisation that asks for it
    admin = 4,      // org_admin of its organisation: has the rights of the other two there
    operator_ = 8,  // of the exchange
    system = 16,
    holder = 32,
};

class Actors {
  public:
    template <class... Each>
    constexpr explicit Actors(Each... each) noexcept : bits_{(0U | ... | bit(each))}
    {
    }

    [[nodiscard]] constexpr bool contains(Actor actor) const noexcept
    {
        return (bits_ & bit(actor)) != 0;
    }

    [[nodiscard]] constexpr bool intersects(Actors other) const noexcept
    {
        return (bits_ & other.bits_) != 0;
    }

    constexpr void add(Actor actor) noexcept { bits_ |= bit(actor); }
    constexpr void add(Actors others) noexcept { bits_ |= others.bits_; }

    // Those of them that are among the others, too.
    [[nodiscard]] constexpr Actors among(Actors others) const noexcept
    {
        others.bits_ &= bits_;
        return others;
    }

    bool operator==(const Actors&) const = default;

  private:
    static constexpr unsigned bit(Actor actor) noexcept { return static_cast<unsigned>(actor); }

    unsigned bits_;
};

template <class State>
struct Transition {
    Verb verb{};
    State from{};
    State to{};
    Actors by;
};

// All of a noun, in the order of its life.
template <class State>
inline constexpr auto lifecycle = nullptr;

template <>
inline constexpr auto lifecycle<OrganisationState> = [] {
    using enum Verb;
    using enum Actor;
    using enum OrganisationState;
    using S = Transition<OrganisationState>;
    constexpr Actors operators{operator_};
    return std::array{
        S{suspend, active, suspended, operators},
        S{resume, suspended, active, operators},
        S{close, active, closed, Actors{operator_, admin}},
        S{close, suspended, closed, operators},
    };
}();

template <>
inline constexpr auto lifecycle<UserState> = [] {
    using enum Verb;
    using enum Actor;
    using enum UserState;
    using S = Transition<UserState>;
    constexpr Actors admins{admin};
    return std::array{
        S{redeem, invited, active, Actors{holder}},
        S{remove, invited, deleted, Actors{admin, system}},
        S{disable, active, disabled, admins},
        S{enable, disabled, active, admins},
        S{remove, active, deleted, admins},
        S{remove, disabled, deleted, admins},
    };
}();

template <>
inline constexpr auto lifecycle<ApplicationState> = [] {
    using enum Verb;
    using enum Actor;
    using enum ApplicationState;
    using S = Transition<ApplicationState>;
    constexpr Actors owners{admin, consumer};
    return std::array{
        S{disable, active, disabled, owners},
        S{enable, disabled, active, owners},
        S{remove, active, deleted, Actors{admin}},
        S{remove, disabled, deleted, Actors{admin}},
    };
}();

// Who enables a cluster has to verify it anew: meanwhile it may have become another one.
template <>
inline constexpr auto lifecycle<ClusterState> = [] {
    using enum Verb;
    using enum Actor;
    using enum ClusterState;
    using S = Transition<ClusterState>;
    constexpr Actors verifiers{admin, system};
    constexpr Actors switchers{admin, operator_};
    return std::array{
        S{verify, registered, verified, verifiers},
        S{verify, verified, verified, verifiers},
        S{disable, registered, disabled, switchers},
        S{disable, verified, disabled, switchers},
        S{enable, disabled, registered, switchers},
        S{remove, registered, deleted, Actors{admin}},
        S{remove, verified, deleted, Actors{admin}},
        S{remove, disabled, deleted, Actors{admin}},
    };
}();

template <>
inline constexpr auto lifecycle<VersionState> = [] {
    using enum Verb;
    using enum Actor;
    using enum VersionState;
    using S = Transition<VersionState>;
    constexpr Actors providers{provider, admin};
    return std::array{
        S{submit, draft, in_review, providers},
        S{return_to_draft, in_review, draft, providers},
        S{publish, draft, published, providers},
        S{publish, in_review, published, providers},
        S{deprecate, published, deprecated, providers},
        S{restore, deprecated, published, providers},
        S{retire, deprecated, retired, Actors{provider, admin, system}},
    };
}();

template <>
inline constexpr auto lifecycle<ContractState> = [] {
    using enum Verb;
    using enum Actor;
    using enum ContractState;
    using S = Transition<ContractState>;
    constexpr Actors providers{provider, admin};
    return std::array{
        S{activate, draft, active, providers},
        S{deprecate, active, deprecated, providers},
        S{retire, deprecated, retired, providers},
    };
}();

template <>
inline constexpr auto lifecycle<OfferState> = [] {
    using enum Verb;
    using enum Actor;
    using enum OfferState;
    using S = Transition<OfferState>;
    constexpr Actors providers{provider, admin};
    return std::array{
        S{publish, staging, published, providers},
        S{close, staging, closed, providers},
        S{close, published, closed, providers},
    };
}();

template <>
inline constexpr auto lifecycle<InvitationState> = [] {
    using enum Verb;
    using enum Actor;
    using enum InvitationState;
    using S = Transition<InvitationState>;
    constexpr Actors inviters{provider, admin};
    return std::array{
        S{redeem, invited, redeemed, Actors{holder}},
        S{resend, invited, invited, inviters},  // a new token, the old one is dead
        S{cancel, invited, cancelled, inviters},
        S{expire, invited, expired, Actors{system}},
    };
}();

template <>
inline constexpr auto lifecycle<RequestState> = [] {
    using enum Verb;
    using enum Actor;
    using enum RequestState;
    using S = Transition<RequestState>;
    constexpr Actors providers{provider, admin};
    constexpr Actors consumers{consumer, admin};
    constexpr Actors itself{system};
    return std::array{
        S{request_changes, submitted, changes_requested, providers},
        S{resubmit, changes_requested, submitted, consumers},
        S{approve, submitted, approved, Actors{provider, admin, system}},
        S{reject, submitted, rejected, providers},
        S{reject, changes_requested, rejected, providers},
        S{withdraw, submitted, withdrawn, consumers},
        S{withdraw, changes_requested, withdrawn, consumers},
        S{expire, submitted, expired, itself},
        S{expire, changes_requested, expired, itself},
    };
}();

template <>
inline constexpr auto lifecycle<AgreementState> = [] {
    using enum Verb;
    using enum Actor;
    using enum AgreementState;
    using S = Transition<AgreementState>;
    constexpr Actors itself{system};
    return std::array{
        S{expire, active, expired, itself},
        S{supersede, active, superseded, itself},
        S{terminate, active, terminated, itself},
    };
}();

// The holds of both sides say which of the live states is shown: to lift one of them may show
// another. Every end is one path.
template <>
inline constexpr auto lifecycle<SubscriptionState> = [] {
    using enum Verb;
    using enum Actor;
    using enum SubscriptionState;
    using S = Transition<SubscriptionState>;
    constexpr Actors consumers{consumer, admin};
    constexpr Actors stoppers{provider, admin, operator_, system};
    constexpr Actors revokers{provider, admin, operator_, system};
    constexpr Actors itself{system};
    return std::array{
        S{start, provisioning, active, itself},
        S{suspend, active, suspended, stoppers},
        S{suspend, paused, suspended, stoppers},
        S{reinstate, suspended, active, stoppers},
        S{reinstate, suspended, paused, stoppers},
        S{pause, active, paused, consumers},
        S{resume, paused, active, consumers},
        S{revoke, provisioning, terminating, revokers},
        S{revoke, active, terminating, revokers},
        S{revoke, suspended, terminating, revokers},
        S{revoke, paused, terminating, revokers},
        S{cancel, provisioning, terminating, consumers},
        S{cancel, active, terminating, consumers},
        S{cancel, suspended, terminating, consumers},
        S{cancel, paused, terminating, consumers},
        S{fail, provisioning, terminating, itself},
        S{retire, provisioning, terminating, itself},
        S{retire, active, terminating, itself},
        S{retire, suspended, terminating, itself},
        S{retire, paused, terminating, itself},
        S{expire, provisioning, terminating, itself},
        S{expire, active, terminating, itself},
        S{expire, suspended, terminating, itself},
        S{expire, paused, terminating, itself},
        S{finish, terminating, terminated, itself},
    };
}();

template <>
inline constexpr auto lifecycle<DeliveryState> = [] {
    using enum Verb;
    using enum Actor;
    using enum DeliveryState;
    using S = Transition<DeliveryState>;
    constexpr Actors itself{system};
    return std::array{
        S{start, requested, started, itself},
        S{suspend, started, suspended, itself},
        S{resume, suspended, started, itself},
        S{complete, started, completed, itself},
        S{terminate, requested, terminated, itself},
        S{terminate, started, terminated, itself},
        S{terminate, suspended, terminated, itself},
    };
}();

template <>
inline constexpr auto lifecycle<CredentialState> = [] {
    using enum Verb;
    using enum Actor;
    using enum CredentialState;
    using S = Transition<CredentialState>;
    constexpr Actors rotators{holder, consumer, admin};
    constexpr Actors revokers{holder, consumer, admin, provider};
    constexpr Actors itself{system};
    return std::array{
        S{activate, pending_activation, active, Actors{holder}},
        S{rotate, active, rotating, rotators},
        S{revoke, pending_activation, revoked, revokers},
        S{revoke, active, revoked, revokers},
        S{revoke, rotating, revoked, revokers},
        S{expire, pending_activation, expired, itself},
        S{expire, active, expired, itself},
        S{expire, rotating, expired, itself},
    };
}();

// Null if the verb is not legal there, whoever says it.
template <class State>
const Transition<State>* find_transition(State from, Verb verb)
{
    for (const auto& each : lifecycle<State>) {
        if (each.from == from && each.verb == verb) return &each;
    }
    return nullptr;
}

// Whoever may say the verb in one of the states.
template <class State>
Actors who_may(Verb verb)
{
    Actors all;
    for (const auto& each : lifecycle<State>) {
        if (each.verb == verb) all.add(each.by);
    }
    return all;
}

template <class State>
bool can_change(State from, State to)
{
    return std::ranges::any_of(
        lifecycle<State>, [&](const auto& each) { return each.from == from && each.to == to; });
}

// True for a verb that has nothing left to do there: it succeeds, and changes nothing.
template <class State>
bool took_effect(State state, Verb verb)
{
    if (find_transition(state, verb) != nullptr) return false;
    return std::ranges::any_of(
        lifecycle<State>, [&](const auto& each) { return each.verb == verb && each.to == state; });
}

// What is legal there, each once, for whoever was refused.
template <class State>
std::vector<Verb> allowed_verbs(State from)
{
    std::vector<Verb> verbs;
    for (const auto& each : lifecycle<State>) {
        const bool known = std::ranges::find(verbs, each.verb) != verbs.end();
        if (each.from == from && !known) verbs.push_back(each.verb);
    }
    return verbs;
}

// By which verbs one of these gets from one state to another, the fewest that there are; empty if
// it is there already. Nothing if no way leads there.
template <class State>
std::optional<std::vector<Verb>> find_way(State from, State to, Actors as)
{
    struct Reached {
        State state;
        std::vector<Verb> verbs;
    };
    std::vector<Reached> reached{{from, {}}};
    for (std::size_t i = 0; i < reached.size(); ++i) {
        const auto [state, verbs] = reached[i];
        if (state == to) return verbs;
        for (const auto& each : lifecycle<State>) {
            const bool known =
                std::ranges::find(reached, each.to, &Reached::state) != reached.end();
            if (each.from != state || known || !each.by.intersects(as)) continue;
            reached.push_back({each.to, verbs});
            reached.back().verbs.push_back(each.verb);
        }
    }
    return std::nullopt;
}

}  // namespace strait::catalog
