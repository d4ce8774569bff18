#include "catalog/commands/secrets.hpp"

#include "catalog/store/keys.hpp"

namespace strait::catalog {

void keep_secrets(Draft& draft, const Act& act, Noun noun, const IdBits& id, const Secrets& secrets)
{
    if (secrets.empty()) {
        if (draft.find_sealed(noun, id)) draft.remove_sealed(noun, id);
        return;
    }
    Nonce nonce{};
    act.entropy(nonce);
    draft.put_sealed(noun, id, seal(act.pepper, nonce, record_key(noun, id), secrets));
}

Result<Secrets> secrets_of(Draft& draft, const Act& act, Noun noun, const IdBits& id)
{
    const auto sealed = draft.find_sealed(noun, id);
    if (!sealed) return Secrets{};
    return open_sealed(act.pepper, record_key(noun, id), *sealed);
}

}  // namespace strait::catalog
