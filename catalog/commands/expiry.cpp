#include "catalog/commands/expiry.hpp"

#include "catalog/commands/invitations.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/commands/requests.hpp"
#include "catalog/commands/subscriptions.hpp"
#include "core/codec.hpp"

#include <utility>

namespace strait::catalog {

namespace {

struct Ending {
    Timestamp at;
    Noun noun{};
    IdBits id{};
};

std::optional<Ending> first_ending(Draft& draft)
{
    const auto key = draft.first_key(Family::index, expiry_prefix());
    if (!key) return std::nullopt;
    ByteReader in{std::string_view{*key}.substr(expiry_prefix().size())};
    const auto at = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    const auto noun = noun_from(in.ordered<std::uint8_t>()).value_or(Noun::operation);
    return Ending{.at = {at}, .noun = noun, .id = id_in(in.rest())};
}

template <class T>
Outcome<void> without_value(const Outcome<T>& outcome)
{
    if (!outcome) return refuse(outcome.error());
    return {};
}

Outcome<void> expire_key(Draft& draft, CredentialId id)
{
    auto credential = draft.find<Credential>(id);
    if (!credential) return refuse(RefusalCode::not_found, to_string(id));
    const auto changed = change_state(*credential, Verb::expire, Actors{Actor::system});
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

Outcome<void> end(Draft& draft, const Act& act, const Ending& ending)
{
    switch (ending.noun) {
        case Noun::credential: return expire_key(draft, {ending.id});
        case Noun::invitation:
            return without_value(end_invitation(draft, act, {ending.id}, Verb::expire));
        case Noun::request:
            return without_value(decide_request(draft, act, {ending.id}, Verb::expire));
        case Noun::subscription:
            return without_value(end_subscription(draft, act, {ending.id}, Verb::expire));
        case Noun::version: return retire_version(draft, act, {ending.id});
        case Noun::organisation:
        case Noun::user:
        case Noun::application:
        case Noun::cluster:
        case Noun::product:
        case Noun::contract:
        case Noun::offer:
        case Noun::agreement:
        case Noun::delivery:
        case Noun::operation: break;
    }
    return refuse(RefusalCode::unavailable, "the index of what ends is damaged: check the catalog");
}

}  // namespace

std::optional<Timestamp> next_expiry(Draft& draft)
{
    const auto ending = first_ending(draft);
    if (!ending) return std::nullopt;
    return ending->at;
}

Outcome<bool> expire_next(Draft& draft, const Act& act)
{
    const auto ending = first_ending(draft);
    if (!ending || ending->at > draft.now()) return false;
    if (const auto ended = end(draft, act, *ending); !ended) return refuse(ended.error());
    return true;
}

}  // namespace strait::catalog
