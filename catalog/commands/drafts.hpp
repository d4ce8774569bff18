#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/product.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

// To take back what was drafted and never shown to anybody else: it is gone, and its name is free.
// What was published once is deprecated and retired instead (products.hpp). Each of these is one
// command and answers what there was; what belongs to another organisation is `not_found`.
namespace strait::catalog {

// RefusalCode::version_immutable for one that is no draft.
Outcome<ProductVersion> remove_version(Draft& draft,
                                       const Act& act,
                                       ProductId product,
                                       Semver version);

// With its drafts and its offers. RefusalCode::in_use, naming them, if it has versions that are no
// drafts, or requests.
Outcome<DataProduct> remove_product(Draft& draft, const Act& act, ProductId id);

}  // namespace strait::catalog
