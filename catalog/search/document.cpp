#include "catalog/search/document.hpp"

#include "catalog/records/visibility.hpp"
#include "catalog/search/query.hpp"
#include "catalog/store/draft.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace strait::catalog {

namespace {

constexpr auto all = std::numeric_limits<std::size_t>::max();

bool is_open(VersionState state)
{
    return state == VersionState::published || state == VersionState::deprecated;
}

// Who finds it, as visible_to() says.
std::string tokens_of(const DataProduct& product, const Viewers& viewers)
{
    auto tokens = token_of(product.organisation);
    if (viewers.everybody) tokens.append(" ").append(public_token);
    for (const auto& each : viewers.named) tokens.append(" ").append(token_of(each));
    return tokens;
}

std::string joined(const std::set<std::string>& words)
{
    std::string text;
    for (const auto& word : words) text.append(text.empty() ? "" : "\n").append(word);
    return text;
}

void add_contract(std::set<std::string>& fields, const ProductRecords& records, ContractId id)
{
    const auto contract = std::ranges::find(records.contracts, id, &Contract::id);
    if (contract == records.contracts.end()) return;
    // Another's is not this owner's to show.
    if (contract->organisation != records.product.organisation) return;
    for (const auto& field : contract->fields) fields.insert(field.path);
}

void add_ports(SearchDocument& document, const ProductRecords& records)
{
    std::set<std::string> fields;
    const bool others_find_it = is_open(records.product.state) && records.product.listed;
    for (const auto& version : records.versions) {
        const bool shown =
            others_find_it ? is_open(version.state) : version.state != VersionState::retired;
        if (!shown) continue;
        for (const auto& port : version.ports) {
            fields.insert(port.alias);
            document.facets.insert({Facet::format, to_string(port.format)});
            for (const auto kind : port.kinds) {
                document.facets.insert({Facet::kind, to_string(kind)});
            }
            if (const auto& contract = port.contract) add_contract(fields, records, *contract);
        }
    }
    document.fields = joined(fields);
}

}  // namespace

SearchDocument document_of(const ProductRecords& records)
{
    const auto& product = records.product;
    SearchDocument document{.product = product.id,
                            .name = product.name,
                            .title = product.title,
                            .tags = joined({product.tags.begin(), product.tags.end()}),
                            .fields = {},
                            .summary = product.summary,
                            .description = product.description,
                            .owner = records.owner.name,
                            .tokens = tokens_of(product, viewers_of(product, records.owner.state)),
                            .deprecated = product.state == VersionState::deprecated,
                            .facets = {}};
    document.facets.insert({Facet::owner, records.owner.name});
    document.facets.insert({Facet::classification, to_string(product.classification)});
    if (!product.domain.empty()) document.facets.insert({Facet::domain, product.domain});
    for (const auto& tag : product.tags) document.facets.insert({Facet::tags, tag});
    add_ports(document, records);
    for (const auto& offer : records.offers) {
        const bool open =
            offer.state == OfferState::published && offer.policy.organisations.empty();
        if (open) document.facets.insert({Facet::approval, to_string(offer.plan.approval)});
    }
    return document;
}

Result<std::optional<SearchDocument>> read_document(const Reader& reader, ProductId product)
{
    Draft reading{reader, 0, {}};
    ProductRecords records;
    auto found = reading.find<DataProduct>(product);
    if (found) {
        records.product = *std::move(found);
        auto owner = reading.find<Organisation>(records.product.organisation);
        if (owner) records.owner = *std::move(owner);
        records.versions =
            reading.all_named<ProductVersion>(Family::index, version_key(product), all);
        records.offers =
            reading.all_below<Offer>(Family::index, reference_key(product.bits, Noun::offer), all);
    }
    std::set<ContractId> named;
    for (const auto& version : records.versions) {
        for (const auto& port : version.ports) {
            if (const auto& contract = port.contract) named.insert(*contract);
        }
    }
    for (const auto& id : named) {
        auto contract = reading.find<Contract>(id);
        if (contract) records.contracts.push_back(*std::move(contract));
    }
    if (const auto& failure = reading.failure()) return fail(*failure);
    if (records.product.id != product) return std::optional<SearchDocument>{};
    return document_of(records);
}

Result<std::set<ProductId>> products_of(const Reader& reader, std::string_view record_key)
{
    const auto noun = noun_from(static_cast<std::uint8_t>(record_key.front()));
    const auto named = id_in(record_key.substr(1));
    if (!named) return fail(Errc::corrupt, "the catalog: the change feed names no record");
    const auto& id = *named;
    if (noun == Noun::product) return std::set{ProductId{id}};
    Draft reading{reader, 0, {}};
    std::set<ProductId> products;
    if (noun == Noun::version) {
        if (const auto version = reading.find<ProductVersion>({id})) {
            products.insert(version->product);
        }
    }
    if (noun == Noun::offer) {
        if (const auto offer = reading.find<Offer>({id})) products.insert(offer->product);
    }
    if (noun == Noun::organisation) {
        const auto of = organisation_key({id}, Noun::product);
        for (const auto& each : reading.ids_below(Family::by_organisation, of)) {
            products.insert({each});
        }
    }
    if (noun == Noun::contract) {
        const auto by = reference_key(id, Noun::version);
        for (const auto& version : reading.all_below<ProductVersion>(Family::index, by, all)) {
            products.insert(version.product);
        }
    }
    if (const auto& failure = reading.failure()) return fail(*failure);
    return products;
}

}  // namespace strait::catalog
