#include "catalog/commands/expiry.hpp"

#include "catalog/commands/invitations.hpp"
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
    const Noun noun{in.ordered<std::uint8_t>()};
    return Ending{.at = {at}, .noun = noun, .id = id_in(in.rest())};
}

Outcome<bool> expire_key(Draft& draft, CredentialId id)
{
    auto credential = draft.find<Credential>(id);
    if (!credential) return refuse(RefusalCode::unavailable, to_string(id) + ": not there");
    const auto changed = change_state(*credential, Verb::expire, Actors{Actor::system});
    if (!changed) return refuse(changed.error());
    draft.put(*credential);
    draft.names(word_of(Verb::expire), to_string(id));
    return true;
}

Outcome<bool> expire_invitation(Draft& draft, const Act& act, InvitationId id)
{
    const auto ended = end_invitation(draft, act, id, Verb::expire);
    if (!ended) return refuse(ended.error());
    return true;
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
    if (ending->noun == Noun::credential) return expire_key(draft, {ending->id});
    if (ending->noun == Noun::invitation) return expire_invitation(draft, act, {ending->id});
    return refuse(RefusalCode::unavailable, "the index of what ends is damaged: check the catalog");
}

}  // namespace strait::catalog
