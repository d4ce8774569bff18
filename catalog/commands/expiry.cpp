#include "catalog/commands/expiry.hpp"

#include "catalog/commands/invitations.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/commands/renewals.hpp"
#include "catalog/commands/requests.hpp"
#include "catalog/commands/subscriptions.hpp"
#include "core/codec.hpp"

#include <utility>

namespace strait::catalog {

namespace {

template <class T>
Outcome<void> without_value(const Outcome<T>& outcome)
{
    if (!outcome) return refuse(outcome.error());
    return {};
}

Outcome<void> expire_key(Draft& draft, const Act& act, CredentialId id)
{
    auto credential = draft.find<Credential>(id);
    if (!credential) return refuse(RefusalCode::not_found, to_string(id));
    const auto changed = change_state(
        *credential, Verb::expire, act.actors(credential->organisation, Scope::apps_write));
    if (!changed) return refuse(changed.error());
    draft.put(*credential);
    draft.names(word_of(Verb::expire), to_string(id));
    return {};
}

Outcome<void> retire_version(Draft& draft, const Act& act, VersionId id)
{
    const auto version = draft.find<ProductVersion>(id);
    if (!version) return refuse(RefusalCode::not_found, to_string(id));
    return without_value(
        change_version(draft, act, version->product, version->version, Verb::retire));
}

}  // namespace

std::optional<Ending> next_ending(Draft& draft, const std::optional<Ending>& after)
{
    // The first key that comes behind that of the one before.
    const auto from = after ? expiry_key(after->at, after->noun, after->id) + '\0' : std::string{};
    const auto key = draft.first_key(Family::index, expiry_prefix(), from);
    if (!key) return std::nullopt;
    ByteReader in{std::string_view{*key}.substr(expiry_prefix().size())};
    const auto at = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    const auto noun = noun_from(in.ordered<std::uint8_t>()).value_or(Noun::operation);
    return Ending{.at = {at}, .noun = noun, .id = id_in(in.rest()).value_or(IdBits{})};
}

Outcome<void> end_record(Draft& draft, const Act& act, const Ending& ending)
{
    if (ending.at > draft.now()) return {};
    switch (ending.noun) {
        case Noun::credential: return expire_key(draft, act, {ending.id});
        case Noun::invitation:
            return without_value(end_invitation(draft, act, {ending.id}, Verb::expire));
        case Noun::request:
            return without_value(decide_request(draft, act, {ending.id}, Verb::expire));
        case Noun::subscription:
            return without_value(end_subscription(draft, act, {ending.id}, Verb::expire));
        case Noun::version: return retire_version(draft, act, {ending.id});
        case Noun::offer: return enforce_terms(draft, act, {ending.id});
        case Noun::organisation:
        case Noun::user:
        case Noun::application:
        case Noun::cluster:
        case Noun::product:
        case Noun::contract:
        case Noun::agreement:
        case Noun::delivery:
        case Noun::operation: break;
    }
    return refuse(RefusalCode::unavailable, "the index of what ends is damaged: check the catalog");
}

}  // namespace strait::catalog
