#pragma once

#include "catalog/records/contract.hpp"
#include "catalog/records/offer.hpp"
#include "catalog/records/organisation.hpp"
#include "catalog/records/product.hpp"
#include "catalog/store/reader.hpp"
#include "core/error.hpp"

#include <boost/describe/enum.hpp>

#include <compare>
#include <optional>
#include <set>
#include <string>
#include <vector>

// What the search index holds of a product.
namespace strait::catalog {

// What hits are counted and filtered by.
BOOST_DEFINE_ENUM_CLASS(Facet, domain, tags, owner, format, kind, classification, approval)

struct FacetValue {
    Facet facet{};
    std::string value;

    auto operator<=>(const FacetValue&) const = default;
};

// `tokens` say who finds it (query.hpp). Everything else is what all of them may see: of a product
// that others find, only versions that are published or deprecated, and only offers that are open
// to everybody who sees it.
struct SearchDocument {
    ProductId product;
    std::string name;
    std::string title;
    std::string tags;
    std::string fields;  // aliases of its ports, and the paths inside their contracts
    std::string summary;
    std::string description;
    std::string owner;
    std::string tokens;
    bool deprecated = false;
    std::set<FacetValue> facets;

    bool operator==(const SearchDocument&) const = default;
};

struct ProductRecords {
    DataProduct product;
    Organisation owner;
    std::vector<ProductVersion> versions;
    std::vector<Contract> contracts;  // that the ports of the versions name
    std::vector<Offer> offers;
};

SearchDocument document_of(const ProductRecords& records);

// Reads all of them; empty for a product that there is not.
Result<std::optional<SearchDocument>> read_document(const Reader& reader, ProductId product);

// The products whose documents the record of that key in `records` is part of.
Result<std::set<ProductId>> products_of(const Reader& reader, std::string_view record_key);

}  // namespace strait::catalog
