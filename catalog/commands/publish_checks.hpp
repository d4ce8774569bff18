#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/product.hpp"
#include "catalog/store/draft.hpp"

#include <string>
#include <vector>

namespace strait::catalog {

// All versions of a product, the lowest first.
std::vector<ProductVersion> versions_of(Draft& draft, ProductId product);

// Why a version cannot be published yet, one sentence each (catalog.md 2); empty if it can.
std::vector<std::string> find_unpublishable(Draft& draft,
                                            const Act& act,
                                            const DataProduct& product,
                                            const ProductVersion& version);

}  // namespace strait::catalog
