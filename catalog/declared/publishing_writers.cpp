#include "catalog/audit/sha256.hpp"
#include "catalog/commands/contracts.hpp"
#include "catalog/commands/offers.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/declared/exported.hpp"
#include "catalog/declared/writers.hpp"

#include <utility>

namespace strait::catalog {

namespace {

Actors providers(const Writing& at)
{
    return at.act.actors(at.organisation, Scope::products_write);
}

ContractChange change_of(const ContractSpec& spec)
{
    return {.schema = spec.schema,
            .key_schema = spec.key_schema,
            .fields = spec.fields,
            .sla = spec.sla,
            .values = spec.values,
            .event_type = spec.event_type,
            .extra = spec.extra};
}

Outcome<Contract> write_contract(Writing& at,
                                 const Declaration& declaration,
                                 const ContractSpec& spec)
{
    const auto known = find_declared<Contract>(at, full_name(declaration));
    auto change = change_of(spec);
    if (known) return edit_contract(at.draft, at.act, known->id, change);
    NewContract input;
    static_cast<ContractChange&>(input) = std::move(change);
    input.name = declaration.name;
    input.version = spec.version;
    return create_contract(at.draft, at.act, input);
}

// What a contract has and its declaration no longer says cannot be taken away.
bool drops_schema(Writing& at, const Declaration& declaration, const ContractSpec& spec)
{
    const auto known = find_declared<Contract>(at, full_name(declaration));
    if (!known) return false;
    const bool drops = known->schema.has_value() && !spec.schema;
    const bool drops_key = known->key_schema.has_value() && !spec.key_schema;
    if (!drops && !drops_key) return false;
    at.findings.add(declaration,
                    drops ? "/spec/schema" : "/spec/key_schema",
                    "missing",
                    "a schema cannot be taken away again: make a later version");
    return true;
}

// As ports have them. Empty if one names what is not there.
std::optional<std::vector<DeclaredPort>> ports_of(Writing& at,
                                                  const Declaration& declaration,
                                                  const std::string& below,
                                                  const std::vector<PortSpec>& specs)
{
    std::vector<DeclaredPort> ports;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const auto& spec = specs[i];
        const auto place = below + "/ports/" + std::to_string(i);
        const auto cluster = id_named<Cluster>(at, declaration, place + "/cluster", spec.cluster);
        std::optional<ContractId> contract;
        if (const auto& name = spec.contract) {
            contract = id_named<Contract>(at, declaration, place + "/contract", *name);
        }
        if (!cluster || contract.has_value() != spec.contract.has_value()) continue;
        ports.push_back({.alias = spec.alias,
                         .cluster = *cluster,
                         .topic = spec.topic,
                         .rights = spec.rights,
                         .kinds = spec.kinds,
                         .format = spec.format,
                         .key_format = spec.key_format,
                         .contract = contract});
    }
    if (ports.size() != specs.size()) return std::nullopt;
    return ports;
}

// Tells the version what was seen of its topics just now.
Outcome<void> observe(Writing& at, const ProductVersion& version)
{
    for (const auto& port : version.ports) {
        const auto seen = at.wanted.observed.find({port.cluster, port.topic});
        if (port.observed || seen == at.wanted.observed.end()) continue;
        const auto told = observe_port(at.draft,
                                       at.act.as_system(),
                                       version.product,
                                       version.version,
                                       port.alias,
                                       seen->second);
        if (!told) return refuse(told.error());
    }
    return {};
}

Outcome<void> bring(Writing& at, const ProductVersion& version, const VersionSpec& spec)
{
    const auto say = [&](Verb verb) {
        return change_version(
            at.draft, at.act, version.product, version.version, verb, spec.sunset_at);
    };
    const auto to = spec.state.value_or(version.state);
    const bool deprecated = version.state == VersionState::deprecated && to == version.state;
    if (spec.sunset_at && to != VersionState::deprecated) {
        return refuse(RefusalCode::invalid_request, "sunset_at: only with state: deprecated");
    }
    if (deprecated && spec.sunset_at && spec.sunset_at != version.sunset_at) {
        for (const auto verb : {Verb::restore, Verb::deprecate}) {
            if (const auto said = say(verb); !said) return refuse(said.error());
        }
        return {};
    }
    if (to == VersionState::published) {
        if (const auto seen = observe(at, version); !seen) return seen;
    }
    return move_to("version", version.state, to, providers(at), say);
}

bool write_version(Writing& at,
                   const Declaration& declaration,
                   const std::string& below,
                   ProductId product,
                   const VersionSpec& spec)
{
    auto ports = ports_of(at, declaration, below, spec.ports);
    if (!ports) return false;
    const NewVersion input{.product = product,
                           .version = spec.version,
                           .ports = *std::move(ports),
                           .changelog = spec.changelog,
                           .compatible = spec.compatible};
    const bool known = at.draft.has(Family::index, version_key(product, spec.version));
    const auto written =
        known ? edit_version(at.draft, at.act, input) : add_version(at.draft, at.act, input);
    const auto brought = written ? bring(at, *written, spec) : refuse(written.error());
    if (!brought) at.findings.add(declaration, brought.error(), below);
    return brought.has_value();
}

bool is_newest(const Offer& offer, const NewTerms& terms)
{
    if (offer.terms.empty()) return false;
    const auto& newest = offer.terms.back();
    return newest.title == terms.title && newest.sha256 == hex_of(sha256(terms.text)) &&
           (!terms.accept_by || terms.accept_by == newest.accept_by);
}

// With the terms that are declared, if those are other ones.
Outcome<Offer> edit_known(Writing& at, const Offer& known, ProductId product, const OfferSpec& spec)
{
    if (known.product != product) {
        return refuse(RefusalCode::version_immutable,
                      known.name + " is an offer of another product: make a new one");
    }
    const OfferDraft text{spec.versions, spec.plan, spec.policy};
    auto edited = edit_offer(at.draft, at.act, known.id, text);
    if (!edited) return edited;
    if (!spec.terms) {
        if (edited->terms.empty()) return edited;
        return refuse(RefusalCode::version_immutable,
                      known.name + " has terms, which are not taken back: make a new offer");
    }
    if (is_newest(*edited, *spec.terms)) return edited;
    return add_terms(at.draft, at.act, known.id, *spec.terms);
}

Outcome<void> bring(Writing& at, const Offer& offer, std::optional<OfferState> to)
{
    if (!to) return {};
    return move_to("offer", offer.state, *to, providers(at), [&](Verb verb) {
        return change_offer(at.draft, at.act, offer.id, verb);
    });
}

}  // namespace

std::optional<ContractId> write(Writing& at,
                                const Declaration& declaration,
                                const ContractSpec& spec)
{
    if (drops_schema(at, declaration, spec)) return std::nullopt;
    const auto written = write_contract(at, declaration, spec);
    if (!written) {
        at.findings.add(declaration, written.error());
        return std::nullopt;
    }
    const auto moved =
        move_to("contract",
                written->state,
                spec.state.value_or(written->state),
                providers(at),
                [&](Verb verb) { return change_contract(at.draft, at.act, written->id, verb); });
    if (moved) return written->id;
    at.findings.add(declaration, moved.error(), "/spec/state");
    return std::nullopt;
}

std::optional<ProductId> write(Writing& at, const Declaration& declaration, const ProductSpec& spec)
{
    const auto known = find_declared<DataProduct>(at, declaration.name);
    auto product = known ? describe_product(at.draft, at.act, known->id, spec)
                         : create_product(at.draft, at.act, declaration.name, spec);
    if (product) product = list_product(at.draft, at.act, product->id, spec.listed);
    if (!product) {
        at.findings.add(declaration, product.error());
        return std::nullopt;
    }
    bool good = true;
    for (std::size_t i = 0; i < spec.versions.size(); ++i) {
        const auto below = "/spec/versions/" + std::to_string(i);
        good = write_version(at, declaration, below, product->id, spec.versions[i]) && good;
    }
    if (!good) return std::nullopt;
    return product->id;
}

std::optional<OfferId> write(Writing& at, const Declaration& declaration, const OfferSpec& spec)
{
    const auto product = id_named<DataProduct>(at, declaration, "/spec/product", spec.product);
    if (!product) return std::nullopt;
    const auto known = find_declared<Offer>(at, declaration.name);
    const NewOffer input{
        declaration.name, *product, spec.versions, spec.plan, spec.policy, spec.terms};
    const auto written =
        known ? edit_known(at, *known, *product, spec) : create_offer(at.draft, at.act, input);
    const auto brought = written ? bring(at, *written, spec.state) : refuse(written.error());
    if (brought) return written->id;
    at.findings.add(declaration, brought.error());
    return std::nullopt;
}

}  // namespace strait::catalog
