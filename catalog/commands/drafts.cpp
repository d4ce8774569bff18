#include "catalog/commands/drafts.hpp"

#include "catalog/commands/owned.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/commands/publish_checks.hpp"
#include "catalog/records/offer.hpp"

#include <string>
#include <utility>
#include <vector>

namespace strait::catalog {

namespace {

std::vector<Offer> offers_of(Draft& draft, ProductId product)
{
    return draft.all_below<Offer>(Family::index, reference_key(product.bits, Noun::offer));
}

// What others may know of it: it stays for them.
std::vector<std::string> kept_by(Draft& draft, ProductId product)
{
    std::vector<std::string> named;
    for (const auto& version : versions_of(draft, product)) {
        if (version.state == VersionState::draft) continue;
        named.push_back(to_string(version.version) + " is " + to_string(version.state));
    }
    for (const auto& offer : offers_of(draft, product)) {
        const auto requests = reference_key(offer.id.bits, Noun::request);
        for (const auto& id : draft.ids_below(Family::index, requests, 1)) {
            named.push_back(to_string(RequestId{id}) + " asks for " + offer.name);
        }
    }
    return named;
}

}  // namespace

Outcome<ProductVersion> remove_version(Draft& draft,
                                       const Act& act,
                                       ProductId product,
                                       Semver number)
{
    const auto of = find_own<DataProduct>(draft, act, product);
    if (!of) return refuse(of.error());
    auto version = draft.find_by<ProductVersion>(Family::index, version_key(product, number));
    if (!version) {
        return refuse(RefusalCode::not_found, to_string(product) + " " + to_string(number));
    }
    if (const auto may = check_provider(act, of->organisation); !may) return refuse(may.error());
    if (version->state != VersionState::draft) {
        return refuse(
            RefusalCode::version_immutable,
            to_string(number) + " is " + to_string(version->state) + ": only drafts are deleted");
    }
    draft.erase(*version);
    settle_product(draft, product);
    draft.names(word_of(Verb::remove), to_string(version->id));
    return *std::move(version);
}

Outcome<DataProduct> remove_product(Draft& draft, const Act& act, ProductId id)
{
    auto product = find_own<DataProduct>(draft, act, id);
    if (!product) return product;
    if (const auto may = check_provider(act, product->organisation); !may) {
        return refuse(may.error());
    }
    if (auto named = kept_by(draft, id); !named.empty()) {
        return refuse(Refusal{.code = RefusalCode::in_use,
                              .detail = product->name + " is more than a draft: unlist it, and "
                                                        "retire its versions",
                              .named = std::move(named)});
    }
    for (const auto& offer : offers_of(draft, id)) draft.erase(offer);
    for (const auto& version : versions_of(draft, id)) draft.erase(version);
    draft.erase(*product);
    draft.names(word_of(Verb::remove), to_string(id));
    return product;
}

}  // namespace strait::catalog
