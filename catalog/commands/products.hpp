#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/commands/ports.hpp"
#include "catalog/records/product.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

// What an organisation publishes. Each of these is one command: it reads and changes the draft
// alone. What belongs to another organisation is `not_found`.
namespace strait::catalog {

inline constexpr std::size_t summary_size_max = 500;
inline constexpr std::size_t text_size_max = std::size_t{16} << 10U;
inline constexpr std::size_t tags_max = 32;
inline constexpr std::size_t tag_size_max = 63;
inline constexpr std::size_t domain_size_max = 63;
inline constexpr std::size_t support_max = 8;
inline constexpr std::size_t cors_origins_max = 16;
inline constexpr std::size_t address_size_max = 2'048;  // of a contact, an origin
inline constexpr std::size_t audience_max = 1'000;
inline constexpr std::size_t versions_max = 1'000;         // of one product
inline constexpr std::size_t subscriptions_max = 100'000;  // to one product, ended ones included

Outcome<DataProduct> create_product(Draft& draft,
                                    const Act& act,
                                    const std::string& name,
                                    const ProductText& text);

Outcome<DataProduct> describe_product(Draft& draft,
                                      const Act& act,
                                      ProductId id,
                                      const ProductText& text);

// Whether it is found at all. Succeeds where nothing is left to do.
Outcome<DataProduct> list_product(Draft& draft, const Act& act, ProductId id, bool listed);

struct NewVersion {
    ProductId product;
    Semver version;
    std::vector<DeclaredPort> ports;
    std::string changelog{};
    bool compatible = false;
};

// A draft. RefusalCode::not_found for ports with a cluster or a contract of somebody else.
Outcome<ProductVersion> add_version(Draft& draft, const Act& act, const NewVersion& input);

// While it is a draft. RefusalCode::version_immutable after that, unless all of it is said already.
Outcome<ProductVersion> edit_version(Draft& draft, const Act& act, const NewVersion& input);

// What a cluster shows of the topic of a port, as the exchange has seen it: only the system says
// this, and without it nothing is published.
Outcome<ProductVersion> observe_port(Draft& draft,
                                     const Act& act,
                                     ProductId product,
                                     Semver version,
                                     const std::string& alias,
                                     const ObservedTopic& observed);

// submit, return, publish, deprecate, restore, retire. `sunset_at`: only to deprecate.
// RefusalCode::not_publishable names all that is missing. To retire a version ends its
// subscriptions.
Outcome<ProductVersion> change_version(Draft& draft,
                                       const Act& act,
                                       ProductId product,
                                       Semver version,
                                       Verb verb,
                                       std::optional<Timestamp> sunset_at = {});

// As part of another command, which has taken a version away: also what follows the product learns
// of it.
void settle_product(Draft& draft, ProductId id);

}  // namespace strait::catalog
