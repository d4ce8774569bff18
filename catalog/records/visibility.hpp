#pragma once

#include "catalog/records/organisation.hpp"
#include "catalog/records/product.hpp"

#include <vector>

// Who may know of a product: the one rule that pages, requests and the search index go by.
namespace strait::catalog {

// Besides its owner.
struct Viewers {
    bool everybody = false;
    std::vector<OrganisationId> named;
};

// Nobody, unless the product is listed, has a version that is published or deprecated, and its
// owner is active.
Viewers viewers_of(const DataProduct& product, OrganisationState owner);

// Whether somebody of the organisation may know that there is such a product.
bool visible_to(const DataProduct& product, OrganisationState owner, OrganisationId organisation);

}  // namespace strait::catalog
