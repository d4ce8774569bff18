#include "catalog/commands/products.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/owned.hpp"
#include "catalog/commands/publish_checks.hpp"
#include "catalog/commands/subscriptions.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace strait::catalog {

namespace {

void check_tags(const std::vector<std::string>& tags, Problems& problems)
{
    check_count("/tags", tags.size(), tags_max, problems);
    for (const auto& tag : tags) check_text("/tags", tag, tag_size_max, problems);
}

// What a browser says of where a page is from (RFC 6454, 7): no path, no user, nothing in general.
bool is_origin(std::string_view text)
{
    std::size_t skipped = 0;
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (text.starts_with(scheme)) skipped = scheme.size();
    }
    constexpr std::string_view known =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
    const auto host = text.substr(skipped);
    return skipped > 0 && !host.empty() && host.find_first_not_of(known) == std::string_view::npos;
}

void check_addresses(const ProductText& text, Problems& problems)
{
    check_count("/support", text.support.size(), support_max, problems);
    for (const auto& contact : text.support) {
        check_text("/support", contact.purpose, title_size_max, problems);
        check_text("/support", contact.address, address_size_max, problems);
    }
    check_count("/cors_origins", text.cors_origins.size(), cors_origins_max, problems);
    for (const auto& origin : text.cors_origins) {
        check_text("/cors_origins", origin, address_size_max, problems);
        if (!is_origin(origin)) {
            reject(problems, "/cors_origins", "an origin: https://app.example, without a path");
        }
    }
}

void check_text_of(const ProductText& text, Problems& problems)
{
    check_text("/title", text.title, title_size_max, problems);
    if (!text.summary.empty()) check_text("/summary", text.summary, summary_size_max, problems);
    if (!text.domain.empty()) check_text("/domain", text.domain, domain_size_max, problems);
    check_lines("/description", text.description, text_size_max, problems);
    check_tags(text.tags, problems);
    check_addresses(text, problems);
    check_count("/audience", text.audience.organisations.size(), audience_max, problems);
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

// The state of a product is that of its versions.
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

// Of a product that is the caller's own.
Outcome<ProductVersion> find_own_version(Draft& draft, const Act& act, ProductId id, Semver number)
{
    const auto product = find_own<DataProduct>(draft, act, id);
    if (!product) return refuse(product.error());
    auto version = find_version(draft, id, number);
    if (!version) return refuse(RefusalCode::not_found, to_string(id) + " " + to_string(number));
    return *std::move(version);
}

// What the owner says of a version, once it has been read and found to be its own.
Outcome<void> write_version(Draft& draft, const NewVersion& input, ProductVersion& version)
{
    Problems problems;
    if (input.version == Semver{}) reject(problems, "/version", "a version above 0.0.0");
    check_ports(input.ports, problems);
    check_lines("/changelog", input.changelog, text_size_max, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    auto ports = ports_of(draft, version.organisation, input.ports, version.ports);
    if (!ports) return refuse(ports.error());
    version.ports = *std::move(ports);
    version.changelog = input.changelog;
    version.compatible = input.compatible;
    return {};
}

// Who wrote it does not publish it alone (publish_checks.hpp).
void put_written(Draft& draft, const Act& act, ProductVersion& version)
{
    version.edited_by = act.actor;
    put_with_product(draft, version);
}

}  // namespace

void settle_product(Draft& draft, ProductId id)
{
    auto product = draft.find<DataProduct>(id);
    if (!product) return;
    product->state = state_of(draft, id);
    draft.put_anew(*product);
}

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
    if (const auto free = check_free(draft, organisation, Noun::product, name); !free) {
        return refuse(free.error());
    }
    DataProduct product;
    begin(product, draft, act, organisation);
    product.name = name;
    static_cast<ProductText&>(product) = text;
    draft.put(product);
    draft.names("create", to_string(product.id));
    return product;
}

Outcome<DataProduct> describe_product(Draft& draft,
                                      const Act& act,
                                      ProductId id,
                                      const ProductText& text)
{
    auto product = find_own<DataProduct>(draft, act, id);
    if (!product) return product;
    if (const auto may = check_provider(act, product->organisation); !may)
        return refuse(may.error());
    Problems problems;
    check_text_of(text, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    ProductText& known = *product;
    auto described = text;
    described.audience.unknown = known.audience.unknown;
    if (known == described) return product;
    known = std::move(described);
    draft.put(*product);
    draft.names("describe", to_string(id));
    return product;
}

Outcome<DataProduct> list_product(Draft& draft, const Act& act, ProductId id, bool listed)
{
    auto product = find_own<DataProduct>(draft, act, id);
    if (!product) return product;
    if (const auto may = check_provider(act, product->organisation); !may)
        return refuse(may.error());
    if (product->listed == listed) return product;
    product->listed = listed;
    draft.put(*product);
    draft.names(listed ? "list" : "unlist", to_string(id));
    return product;
}

Outcome<ProductVersion> add_version(Draft& draft, const Act& act, const NewVersion& input)
{
    const auto product = find_own<DataProduct>(draft, act, input.product);
    if (!product) return refuse(product.error());
    if (const auto may = check_provider(act, product->organisation); !may)
        return refuse(may.error());
    if (find_version(draft, input.product, input.version)) {
        return refuse(RefusalCode::name_taken,
                      "there is a version " + to_string(input.version) + ": choose a later one");
    }
    if (versions_of(draft, input.product).size() == versions_max) {
        return refuse(RefusalCode::in_use,
                      "a product has at most " + std::to_string(versions_max) + " versions");
    }
    ProductVersion version;
    begin(version, draft, act, product->organisation);
    version.product = input.product;
    version.version = input.version;
    if (const auto written = write_version(draft, input, version); !written) {
        return refuse(written.error());
    }
    put_written(draft, act, version);
    draft.names("create", to_string(version.id));
    return version;
}

Outcome<ProductVersion> edit_version(Draft& draft, const Act& act, const NewVersion& input)
{
    auto version = find_own_version(draft, act, input.product, input.version);
    if (!version) return version;
    if (const auto may = check_provider(act, version->organisation); !may)
        return refuse(may.error());
    const auto before = *version;
    if (const auto written = write_version(draft, input, *version); !written) {
        return refuse(written.error());
    }
    if (*version == before) return version;
    if (before.state != VersionState::draft) {
        return refuse(
            RefusalCode::version_immutable,
            to_string(input.version) + " is " + to_string(before.state) + ": add a later version");
    }
    put_written(draft, act, *version);
    draft.names("edit", to_string(version->id));
    return version;
}

Outcome<ProductVersion> observe_port(Draft& draft,
                                     const Act& act,
                                     ProductId product,
                                     Semver number,
                                     const std::string& alias,
                                     const ObservedTopic& observed)
{
    auto version = find_own_version(draft, act, product, number);
    if (!version) return version;
    if (act.actor.kind != Principal::Kind::system) {
        return refuse(RefusalCode::right_missing, "only the exchange says what it has seen");
    }
    const auto port = std::ranges::find(version->ports, alias, &OutputPort::alias);
    if (port == version->ports.end()) {
        return refuse(RefusalCode::not_found, to_string(version->id) + " " + alias);
    }
    if (port->observed == observed) return version;
    port->observed = observed;
    draft.put(*version);
    draft.names("observe", to_string(version->id));
    return version;
}

Outcome<ProductVersion> change_version(Draft& draft,
                                       const Act& act,
                                       ProductId product_id,
                                       Semver number,
                                       Verb verb,
                                       std::optional<Timestamp> sunset_at)
{
    const auto product = find_own<DataProduct>(draft, act, product_id);
    if (!product) return refuse(product.error());
    auto version = find_own_version(draft, act, product_id, number);
    if (!version) return version;
    const auto before = *version;
    const auto changed =
        change_state(*version, verb, act.actors(product->organisation, Scope::products_write));
    if (!changed) return refuse(changed.error());
    if (!*changed) return version;
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
            reject(problems, "/sunset_at", "a time to come, when the version is retired");
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
    return version;
}

}  // namespace strait::catalog
