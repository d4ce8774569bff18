#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/id.hpp"
#include "catalog/store/draft.hpp"
#include "catalog/store/sealed_secrets.hpp"
#include "core/error.hpp"

// The secrets of a record, which no view and no audit shows. Part of a command: they are written
// with the record, or not at all.
namespace strait::catalog {

// Instead of those that it had; none: it has none any more.
void keep_secrets(
    Draft& draft, const Act& act, Noun noun, const IdBits& id, const Secrets& secrets);

// None if it has none. Why they cannot be opened: store/sealed_secrets.hpp.
Result<Secrets> secrets_of(Draft& draft, const Act& act, Noun noun, const IdBits& id);

}  // namespace strait::catalog
