#include "catalog/declared/exported.hpp"

#include "catalog/commands/owned.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/commands/publish_checks.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace strait::catalog {

namespace {

// What is gone from the catalog is still told apart.
template <AnyRecord T>
std::string name_of(Draft& draft, Id<T::noun> id)
{
    const auto record = draft.find<T>(id);
    if (!record) return to_string(id);
    if constexpr (std::same_as<T, Contract>) {
        return full_name(*record);
    } else {
        return record->name;
    }
}

std::string text_of(Draft& draft, const std::string& sha256)
{
    return draft.find_text(sha256).value_or(std::string{});
}

std::optional<NewSchema> written(Draft& draft, const std::optional<Schema>& schema)
{
    if (!schema) return std::nullopt;
    NewSchema input{.type = schema->type, .text = text_of(draft, schema->sha256), .references = {}};
    input.references.reserve(schema->references.size());
    for (const auto& each : schema->references) {
        input.references.push_back({each.name, text_of(draft, each.sha256)});
    }
    return input;
}

PortSpec written(Draft& draft, const OutputPort& port)
{
    PortSpec spec{.alias = port.alias,
                  .cluster = name_of<Cluster>(draft, port.cluster),
                  .topic = port.topic,
                  .rights = port.rights,
                  .kinds = port.kinds,
                  .format = port.format,
                  .key_format = port.key_format,
                  .contract = {}};
    if (const auto& contract = port.contract) spec.contract = name_of<Contract>(draft, *contract);
    return spec;
}

VersionSpec written(Draft& draft, const ProductVersion& version)
{
    VersionSpec spec{.version = version.version,
                     .state = version.state,
                     .sunset_at = version.sunset_at,
                     .changelog = version.changelog,
                     .compatible = version.compatible,
                     .ports = {}};
    spec.ports.reserve(version.ports.size());
    for (const auto& port : version.ports) spec.ports.push_back(written(draft, port));
    return spec;
}

// What is over is history, and nothing that somebody wants to be.
bool is_over(const Organisation&) { return false; }
bool is_over(const Application& application)
{
    return application.state == ApplicationState::deleted;
}
bool is_over(const Cluster& cluster)
{
    return cluster.state == ClusterState::deleted || cluster.managed_by == ManagedBy::config;
}
bool is_over(const Contract& contract) { return contract.state == ContractState::retired; }
bool is_over(const DataProduct&) { return false; }
bool is_over(const Offer& offer) { return offer.state == OfferState::closed; }

template <AnyRecord T>
auto current_spec(Draft& draft, const T& record)
{
    auto spec = spec_of(draft, record);
    if constexpr (std::same_as<T, DataProduct>) {
        std::erase_if(spec.versions, [](const VersionSpec& version) {
            return version.state == VersionState::retired;
        });
    }
    return spec;
}

class Export {
  public:
    Export(Draft& draft, OrganisationId organisation, std::string name)
        : draft_{draft}, organisation_{organisation}, name_{std::move(name)}
    {
    }

    template <AnyRecord T>
    Outcome<void> add()
    {
        auto records = draft_.of_organisation<T>(organisation_, exported_max + 1);
        if (records.size() > exported_max) {
            return refuse(RefusalCode::in_use,
                          "there are more than " + std::to_string(exported_max) +
                              " of one kind: list them page by page");
        }
        std::erase_if(records, [&](const T& each) {
            return each.organisation != organisation_ || is_over(each);
        });
        std::ranges::sort(records, [](const T& one, const T& other) {
            if (one.name != other.name) return one.name < other.name;
            if constexpr (std::same_as<T, Contract>) return one.version < other.version;
            return false;
        });
        for (const auto& each : records) documents_.push_back(document_of(each));
        return {};
    }

    boost::json::array take() { return std::move(documents_); }

  private:
    template <AnyRecord T>
    boost::json::object document_of(const T& record)
    {
        const auto spec = current_spec(draft_, record);
        boost::json::object metadata{{"organisation", name_}, {"name", record.name}};
        if (!record.labels.empty()) {
            metadata.emplace("labels", to_json(record.labels, Purpose::shown));
        }
        return {{"kind", kind_words.at(Spec{spec}.index())},
                {"metadata", std::move(metadata)},
                {"spec", to_json(spec, Purpose::shown)}};
    }

    Draft& draft_;
    OrganisationId organisation_;
    std::string name_;
    boost::json::array documents_;
};

}  // namespace

OrganisationSpec spec_of(Draft&, const Organisation& organisation)
{
    const auto& settings = organisation.settings;
    return {organisation.title,
            organisation.website,
            organisation.contacts,
            {settings.review, settings.terms_acceptors}};
}

ApplicationSpec spec_of(Draft&, const Application& application)
{
    return {{application.title, application.allow_ips, application.roles}, application.state};
}

ClusterSpec spec_of(Draft&, const Cluster& cluster)
{
    return {cluster.bootstrap, cluster.security};
}

ContractSpec spec_of(Draft& draft, const Contract& contract)
{
    return {.version = contract.version,
            .state = contract.state,
            .schema = written(draft, contract.schema),
            .key_schema = written(draft, contract.key_schema),
            .fields = contract.fields,
            .sla = contract.sla,
            .values = contract.values,
            .event_type = contract.event_type,
            .extra = contract.extra};
}

ProductSpec spec_of(Draft& draft, const DataProduct& product)
{
    const ProductText& text = product;
    ProductSpec spec{text, product.listed, {}};
    for (const auto& version : versions_of(draft, product.id)) {
        spec.versions.push_back(written(draft, version));
    }
    return spec;
}

OfferSpec spec_of(Draft& draft, const Offer& offer)
{
    OfferSpec spec{.product = name_of<DataProduct>(draft, offer.product),
                   .versions = offer.versions,
                   .state = offer.state,
                   .plan = offer.plan,
                   .policy = offer.policy,
                   .terms = {}};
    if (!offer.terms.empty()) {
        const auto& newest = offer.terms.back();
        spec.terms = NewTerms{.title = newest.title,
                              .text = text_of(draft, newest.sha256),
                              .accept_by = newest.accept_by};
    }
    return spec;
}

std::string full_name(const Contract& contract)
{
    return contract.name + "@" + to_string(contract.version);
}

Outcome<boost::json::array> export_all(Draft& draft, const Act& act)
{
    const auto organisation = act.organisation.value_or(whole_exchange);
    const auto own = draft.find<Organisation>(organisation);
    if (!own) return refuse(RefusalCode::not_found, "no organisation");
    const auto acts_as = [&](Scope scope, Actor actor) {
        return act.actors(organisation, scope).contains(actor);
    };
    Export all{draft, organisation, own->name};
    std::vector<std::function<Outcome<void>()>> kinds;
    kinds.emplace_back([&] { return all.add<Organisation>(); });
    if (acts_as(Scope::apps_write, Actor::consumer)) {
        kinds.emplace_back([&] { return all.add<Application>(); });
    }
    if (acts_as(Scope::org_write, Actor::admin)) {
        kinds.emplace_back([&] { return all.add<Cluster>(); });
    }
    if (acts_as(Scope::products_write, Actor::provider)) {
        kinds.emplace_back([&] { return all.add<Contract>(); });
    }
    kinds.emplace_back([&] { return all.add<DataProduct>(); });
    kinds.emplace_back([&] { return all.add<Offer>(); });
    for (const auto& add : kinds) {
        if (const auto added = add(); !added) return refuse(added.error());
    }
    return all.take();
}

}  // namespace strait::catalog
