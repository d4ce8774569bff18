#include "catalog/commands/products.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/publish_checks.hpp"
#include "catalog/commands/subscriptions.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace strait::catalog {

namespace {

std::optional<DataProduct> find_own(Draft& draft, const Act& act, ProductId id)
{
    auto product = draft.find<DataProduct>(id);
    const bool system = act.actor.kind == Principal::Kind::system;
    if (product && !system && product->organisation != act.organisation) return std::nullopt;
    return product;
}

Outcome<void> check_provider(const Act& act, OrganisationId organisation)
{
    const auto as = act.actors(organisation, Scope::products_write);
    if (as.contains(Actor::provider) || as.contains(Actor::system)) return {};
    return refuse(RefusalCode::right_missing, "only a product_owner or an org_admin does this");
}

void check_count(std::string_view pointer, std::size_t count, std::size_t max, Problems& problems)
{
    if (count <= max) return;
    problems.add(Spot{.place = "body", .pointer = std::string{pointer}},
                 "out_of_range",
                 "at most " + std::to_string(max));
}

void check_text_of(const ProductText& text, Problems& problems)
{
    check_text("/title", text.title, title_size_max, problems);
    if (!text.summary.empty()) check_text("/summary", text.summary, summary_size_max, problems);
    check_count("/description", text.description.size(), text_size_max, problems);
    check_count("/tags", text.tags.size(), tags_max, problems);
    check_count("/support", text.support.size(), 8, problems);
    check_count("/cors_origins", text.cors_origins.size(), 16, problems);
    check_count("/audience", text.audience.organisations.size(), audience_max, problems);
}

void check_ports(const std::vector<OutputPort>& ports, Problems& problems)
{
    if (ports.empty() || ports.size() > ports_max) {
        problems.add(Spot{.place = "body", .pointer = "/ports"}, "out_of_range", "1 to 16");
    }
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const auto pointer = "/ports/" + std::to_string(i);
        check_text(pointer + "/alias", ports[i].alias, 249, problems);
        check_text(pointer + "/topic", ports[i].topic, 249, problems);
        if (ports[i].kinds.empty()) {
            problems.add(Spot{.place = "body", .pointer = pointer + "/kinds"},
                         "out_of_range",
                         "at least one");
        }
        if (ports[i].rights.empty()) {
            problems.add(Spot{.place = "body", .pointer = pointer + "/rights"},
                         "out_of_range",
                         "at least one");
        }
    }
}

// The best of its versions; a product without one is a draft.
VersionState state_of(Draft& draft, ProductId id)
{
    constexpr std::array best{VersionState::published,
                              VersionState::deprecated,
                              VersionState::in_review,
                              VersionState::draft,
                              VersionState::retired};
    const auto versions = versions_of(draft, id);
    for (const auto state : best) {
        if (std::ranges::find(versions, state, &ProductVersion::state) != versions.end())
            return state;
    }
    return VersionState::draft;
}

void put_with_product(Draft& draft, ProductVersion& version)
{
    draft.put(version);
    auto product = draft.find<DataProduct>(version.product);
    if (!product) return;
    const auto state = state_of(draft, version.product);
    if (product->state == state) return;
    product->state = state;
    draft.put(*product);
}

// Those who still read a version that goes; in the name of the exchange, because it is nobody's
// wish but the end of what they had agreed on.
Outcome<void> end_subscriptions(Draft& draft, const Act& act, const ProductVersion& version)
{
    const auto system = act.as_system();
    const auto prefix = reference_key(version.product.bits, Noun::subscription);
    for (const auto& each :
         draft.all_below<Subscription>(Family::index, prefix, subscriptions_max)) {
        if (each.version != version.id || !is_live(each.state)) continue;
        const auto ended = end_subscription(draft, system, each.id, Verb::retire);
        if (!ended) return refuse(ended.error());
    }
    return {};
}

std::optional<ProductVersion> find_version(Draft& draft, ProductId product, Semver version)
{
    return draft.find_by<ProductVersion>(Family::index, version_key(product, version));
}

}  // namespace

Outcome<DataProduct> create_product(Draft& draft,
                                    const Act& act,
                                    const std::string& name,
                                    const ProductText& text)
{
    const auto organisation = act.organisation.value_or(whole_exchange);
    if (const auto may = check_provider(act, organisation); !may) return refuse(may.error());
    Problems problems;
    check_name("/name", name, problems);
    check_text_of(text, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    if (draft.has(Family::index, name_key(organisation, Noun::product, name))) {
        return refuse(RefusalCode::name_taken, "the name " + name + " is taken");
    }
    DataProduct product;
    begin(product, draft, act, organisation);
    product.name = name;
    product.text = text;
    draft.put(product);
    draft.names("create", to_string(product.id));
    return product;
}

Outcome<DataProduct> describe_product(Draft& draft,
                                      const Act& act,
                                      ProductId id,
                                      const ProductText& text)
{
    auto product = find_own(draft, act, id);
    if (!product) return refuse(RefusalCode::not_found, to_string(id));
    if (const auto may = check_provider(act, product->organisation); !may)
        return refuse(may.error());
    Problems problems;
    check_text_of(text, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    if (product->text == text) return *std::move(product);
    product->text = text;
    draft.put(*product);
    draft.names("describe", to_string(id));
    return *std::move(product);
}

Outcome<DataProduct> list_product(Draft& draft, const Act& act, ProductId id, bool listed)
{
    auto product = find_own(draft, act, id);
    if (!product) return refuse(RefusalCode::not_found, to_string(id));
    if (const auto may = check_provider(act, product->organisation); !may)
        return refuse(may.error());
    if (product->listed == listed) return *std::move(product);
    product->listed = listed;
    draft.put(*product);
    draft.names(listed ? "list" : "unlist", to_string(id));
    return *std::move(product);
}

Outcome<ProductVersion> add_version(Draft& draft, const Act& act, const NewVersion& input)
{
    const auto product = find_own(draft, act, input.product);
    if (!product) return refuse(RefusalCode::not_found, to_string(input.product));
    if (const auto may = check_provider(act, product->organisation); !may)
        return refuse(may.error());
    Problems problems;
    check_ports(input.ports, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    if (find_version(draft, input.product, input.version)) {
        return refuse(RefusalCode::name_taken,
                      "there is a version " + to_string(input.version) + ": choose a later one");
    }
    ProductVersion version;
    begin(version, draft, act, product->organisation);
    version.product = input.product;
    version.version = input.version;
    version.ports = input.ports;
    version.changelog = input.changelog;
    version.compatible = input.compatible;
    put_with_product(draft, version);
    draft.names("create", to_string(version.id));
    return version;
}

Outcome<ProductVersion> edit_version(Draft& draft, const Act& act, const NewVersion& input)
{
    const auto product = find_own(draft, act, input.product);
    auto version = product ? find_version(draft, input.product, input.version) : std::nullopt;
    if (!version) return refuse(RefusalCode::not_found, to_string(input.product));
    if (const auto may = check_provider(act, product->organisation); !may)
        return refuse(may.error());
    if (version->state != VersionState::draft) {
        return refuse(RefusalCode::version_immutable,
                      to_string(input.version) + " is " + to_string(version->state) +
                          ": add a later version");
    }
    Problems problems;
    check_ports(input.ports, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    version->ports = input.ports;
    version->changelog = input.changelog;
    version->compatible = input.compatible;
    put_with_product(draft, *version);
    draft.names("edit", to_string(version->id));
    return *std::move(version);
}

Outcome<ProductVersion> change_version(Draft& draft,
                                       const Act& act,
                                       ProductId product_id,
                                       Semver number,
                                       Verb verb,
                                       std::optional<Timestamp> sunset_at)
{
    const auto product = find_own(draft, act, product_id);
    auto version = product ? find_version(draft, product_id, number) : std::nullopt;
    if (!version) return refuse(RefusalCode::not_found, to_string(product_id));
    const auto before = *version;
    const auto changed =
        change_state(*version, verb, act.actors(product->organisation, Scope::products_write));
    if (!changed) return refuse(changed.error());
    if (!*changed) return *std::move(version);
    if (verb == Verb::submit) version->submitted_by = act.actor;
    if (verb == Verb::publish) {
        auto missing = find_unpublishable(draft, act, *product, before);
        if (!missing.empty()) {
            return refuse(Refusal{.code = RefusalCode::not_publishable,
                                  .detail = "this version cannot be published yet",
                                  .named = std::move(missing)});
        }
    }
    if (verb == Verb::deprecate) {
        if (!sunset_at || *sunset_at <= draft.now()) {
            Problems problems;
            problems.add(Spot{.place = "body", .pointer = "/sunset_at"},
                         "out_of_range",
                         "a time to come, when the version is retired");
            return refuse(invalid(problems));
        }
        version->deprecated_at = draft.now();
        version->sunset_at = sunset_at;
    }
    if (verb == Verb::restore) {
        version->deprecated_at.reset();
        version->sunset_at.reset();
    }
    put_with_product(draft, *version);
    if (verb == Verb::retire) {
        if (const auto ended = end_subscriptions(draft, act, *version); !ended) {
            return refuse(ended.error());
        }
    }
    draft.names(word_of(verb), to_string(version->id));
    return *std::move(version);
}

bool visible_to(const DataProduct& product, OrganisationId organisation)
{
    if (product.organisation == organisation) return true;
    const bool open =
        product.state == VersionState::published || product.state == VersionState::deprecated;
    if (!open || !product.listed) return false;
    switch (product.text.audience.kind) {
        case AudienceKind::public_: return true;
        case AudienceKind::private_: return false;
        case AudienceKind::organisations: {
            const auto& invited = product.text.audience.organisations;
            return std::ranges::find(invited, organisation) != invited.end();
        }
    }
    std::unreachable();
}

}  // namespace strait::catalog
