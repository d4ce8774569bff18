#include "api/catalog/asyncapi.hpp"
#include "api/catalog/handlers.hpp"
#include "api/catalog/lists.hpp"
#include "api/catalog/page_token.hpp"
#include "api/catalog/records.hpp"
#include "catalog/commands/offers.hpp"
#include "catalog/discovery.hpp"
#include "catalog/records/people.hpp"
#include "catalog/records/visibility.hpp"

#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <cassert>
#include <optional>
#include <ranges>
#include <set>
#include <utility>

// How organisations find what others publish (catalog.md 7).
namespace strait::api {

namespace {

namespace json = boost::json;
using catalog::DataProduct;
using catalog::Draft;
using catalog::Facet;
using catalog::Family;
using catalog::Noun;
using catalog::OrganisationId;
using catalog::ProductId;
using catalog::ProductVersion;
using catalog::Purpose;

constexpr std::size_t facets_max = 4;

// What the caller's organisation has of products already.
struct Access {
    std::set<ProductId> live;
    std::set<catalog::OfferId> asked_for;
};

Access access_of(Draft& draft, OrganisationId own)
{
    Access access;
    for (const auto& each : draft.of_organisation<catalog::Subscription>(own, Draft::unlimited)) {
        const bool consumes = each.organisation == own && is_live(each.state);
        if (consumes) access.live.insert(each.product);
    }
    for (const auto& each : draft.of_organisation<catalog::AccessRequest>(own, Draft::unlimited)) {
        if (each.organisation == own && is_open(each.state)) access.asked_for.insert(each.offer);
    }
    return access;
}

// A product that the caller may know of, and whose it is.
struct Visible {
    DataProduct product;
    catalog::Organisation owner;
};

// As whoever may ask for it sees it: of its owner the name, and nothing of who else sees it.
json::object shown_product(const Visible& visible, OrganisationId own)
{
    const auto& [product, owner] = visible;
    constexpr std::array members{"id",
                                 "organisation",
                                 "state",
                                 "revision",
                                 "updated_at",
                                 "name",
                                 "title",
                                 "summary",
                                 "description",
                                 "domain",
                                 "tags",
                                 "classification",
                                 "pii",
                                 "support"};
    auto whole = catalog::to_json(product, Purpose::shown);
    json::object body;
    for (const auto* const member : members) body.emplace(member, std::move(whole.at(member)));
    body.emplace("owner", json::object{{"name", owner.name}, {"title", owner.title}});
    if (product.organisation == own) body.emplace("side", "provider");
    return body;
}

// The offers that the caller can take, and by them what it has.
void add_offers(Draft& draft,
                const Visible& visible,
                OrganisationId own,
                const Access& access,
                json::object& body)
{
    const auto& [product, owner] = visible;
    json::array offers;
    bool asked = false;
    const auto prefix = catalog::reference_key(product.id.bits, Noun::offer);
    for (const auto& offer : draft.all_below<catalog::Offer>(Family::index, prefix)) {
        asked = asked || access.asked_for.contains(offer.id);
        if (catalog::takes_requests(offer, owner, own))
            offers.push_back(catalog::offered_view(offer));
    }
    const auto* const word = product.organisation == own        ? "own"
                             : access.live.contains(product.id) ? "live"
                             : asked                            ? "requested"
                                                                : "none";
    body.emplace("access", word);
    body.emplace("offers", std::move(offers));
}

// A port without the cluster and the topic behind it.
json::object shown_port(const catalog::OutputPort& port)
{
    auto body = catalog::to_json(port, Purpose::shown).as_object();
    body.erase("cluster");
    body.erase("topic");
    if (auto* const observed = body.if_contains("observed"); observed && observed->is_object()) {
        observed->as_object().erase("topic_id");
    }
    return body;
}

// To others than its owner.
bool is_open(const ProductVersion& version)
{
    return version.state == catalog::VersionState::published ||
           version.state == catalog::VersionState::deprecated;
}

// The version of that number; without one the newest.
std::optional<ProductVersion> find_open(Draft& draft,
                                        ProductId product,
                                        std::optional<catalog::Semver> number)
{
    const auto prefix = catalog::version_key(product);
    std::optional<ProductVersion> found;
    for (auto& version : draft.all_named<ProductVersion>(Family::index, prefix, Draft::unlimited)) {
        const bool wanted = !number || version.version == *number;
        const bool newer = !found || found->version < version.version;
        if (is_open(version) && wanted && newer) found = std::move(version);
    }
    return found;
}

json::array shown_versions(Draft& draft, ProductId product)
{
    json::array versions;
    const auto prefix = catalog::version_key(product);
    for (const auto& version :
         draft.all_named<ProductVersion>(Family::index, prefix, Draft::unlimited)) {
        if (!is_open(version)) continue;
        json::object body{{"version", to_string(version.version)},
                          {"state", to_string(version.state)},
                          {"changelog", version.changelog}};
        if (const auto at = version.sunset_at) body.emplace("sunset_at", written(*at));
        json::array ports;
        for (const auto& port : version.ports) ports.push_back(shown_port(port));
        body.emplace("ports", std::move(ports));
        versions.push_back(std::move(body));
    }
    return versions;
}

Answered<std::set<Facet>> read_facets(std::string_view text)
{
    std::set<Facet> facets;
    for (const auto part : std::views::split(text, ',')) {
        const std::string_view word{part.begin(), part.end()};
        if (word.empty()) continue;
        const auto facet = catalog::from_string<Facet>(word);
        if (!facet || facets.size() == facets_max) {
            return refuse(wrong_parameter(
                "facets",
                "up to 4 of domain, tags, owner, format, kind, classification, approval"));
        }
        facets.insert(*facet);
    }
    return facets;
}

constexpr std::size_t cursor_bytes = sizeof(std::int64_t) + catalog::IdBits{}.size();
using CursorBytes = std::array<std::uint8_t, cursor_bytes>;

CursorBytes bytes_of(const catalog::SearchCursor& cursor)
{
    CursorBytes bytes{};
    boost::endian::store_big_s64(bytes.data(), cursor.rank);
    std::ranges::copy(cursor.product.bits, bytes.begin() + sizeof(std::int64_t));
    return bytes;
}

catalog::SearchCursor cursor_of(const CursorBytes& bytes)
{
    catalog::SearchCursor cursor;
    cursor.rank = boost::endian::load_big_s64(bytes.data());
    std::copy(bytes.begin() + sizeof(std::int64_t), bytes.end(), cursor.product.bits.begin());
    return cursor;
}

Answered<catalog::SearchRequest> read_search(const Services& services, const Call& call)
{
    catalog::SearchRequest search;
    auto query = catalog::parse_query(call.parameter("q"));
    if (!query) return refuse(wrong_parameter("q", query.error().detail()));
    search.query = *std::move(query);
    auto facets = read_facets(call.parameter("facets"));
    if (!facets) return std::unexpected{facets.error()};
    search.facets = *std::move(facets);
    const auto size = read_page_size(call, search.hits_max, catalog::page_hits_max);
    if (!size) return std::unexpected{size.error()};
    search.hits_max = *size;
    const auto token = call.parameter("page_token");
    if (token.empty()) return search;
    CursorBytes bytes{};
    if (!read_page_token(services, call, token, bytes)) return refuse(foreign_token());
    search.after = cursor_of(bytes);
    return search;
}

json::object shown_facets(const catalog::FacetCounts& facets)
{
    json::object body;
    for (const auto& [facet, counts] : facets) {
        json::array values;
        for (const auto& each : counts) {
            values.push_back(json::object{{"value", each.value}, {"count", each.count}});
        }
        body.emplace(to_string(facet), std::move(values));
    }
    return body;
}

std::optional<Visible> find_visible(Draft& draft, ProductId id, OrganisationId own)
{
    auto product = draft.find<DataProduct>(id);
    auto owner = product ? draft.find<catalog::Organisation>(product->organisation) : std::nullopt;
    if (!owner || !catalog::visible_to(*product, owner->state, own)) return std::nullopt;
    return Visible{*std::move(product), *std::move(owner)};
}

// Of the hits, those that are still there for the caller.
catalog::Outcome<json::array> shown_hits(Draft& draft,
                                         OrganisationId own,
                                         const std::vector<ProductId>& hits)
{
    json::array items;
    const auto access = access_of(draft, own);
    for (const auto& id : hits) {
        const auto visible = find_visible(draft, id, own);
        if (!visible) continue;
        auto body = shown_product(*visible, own);
        add_offers(draft, *visible, own, access, body);
        items.push_back(std::move(body));
    }
    return items;
}

// For whom something is found. A key that is bound to a subscription finds the product of that, and
// no other.
catalog::Outcome<OrganisationId> finder(Draft& draft,
                                        const catalog::Act& act,
                                        std::optional<ProductId> product = {})
{
    const auto& own = act.organisation;
    if (!own) return catalog::refuse(no_such_object());
    const auto& credential = act.credential;
    const auto key = credential ? draft.find<catalog::Credential>(*credential) : std::nullopt;
    if (!key || !key->subscription) return *own;
    const auto subscription = draft.find<catalog::Subscription>(*key->subscription);
    if (!product) {
        return catalog::refuse(catalog::RefusalCode::right_missing,
                               "this key is for its subscription alone");
    }
    if (!subscription || subscription->product != *product) {
        return catalog::refuse(no_such_object());
    }
    return *own;
}

}  // namespace

Handled discover(Services& services, const Call& call)
{
    assert(services.discovery != nullptr);
    auto search = read_search(services, call);
    if (!search) co_return std::unexpected{search.error()};
    const Command<OrganisationId> who = [](Draft& draft, const catalog::Act& act) {
        return finder(draft, act);
    };
    const auto own = co_await ask(services, call, who);
    if (!own) co_return std::unexpected{own.error()};
    search->caller = *own;
    const auto page = co_await services.discovery->search(*search);
    if (!page) co_return refuse(Refusal{page.error()});
    const Command<json::array> show = [own = *own, hits = page->hits](Draft& draft,
                                                                      const catalog::Act&) {
        return shown_hits(draft, own, hits);
    };
    auto items = co_await ask(services, call, show);
    if (!items) co_return std::unexpected{items.error()};
    json::object body{{"items", *std::move(items)},
                      {"total", page->total},
                      {"facets", shown_facets(page->facets)},
                      {"revision", page->revision}};
    if (page->cut) body.emplace("cut", true);  // who wants more asks for less
    if (const auto& next = page->next) {
        body.emplace("next_page_token", page_token(services, call, bytes_of(*next)));
    }
    co_return catalog_response(services, boost::beast::http::status::ok, body);
}

Handled show_discovered(Services& services, const Call& call)
{
    const auto id = id_of<Noun::product>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<Shown> question = [id = *id](Draft& draft,
                                               const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto own = finder(draft, act, id);
        if (!own) return catalog::refuse(own.error());
        auto hits = shown_hits(draft, *own, {id});
        if (!hits) return catalog::refuse(hits.error());
        if (hits->empty()) return catalog::refuse(no_such_object());
        auto body = std::move(hits->front().as_object());
        const auto revision = body.at("revision").to_number<std::uint64_t>();
        body.emplace("versions", shown_versions(draft, id));
        return Shown{std::move(body), revision};
    };
    auto found = co_await ask(services, call, question);
    if (!found) co_return std::unexpected{found.error()};
    // Offers and access change without the product: its revision is no ETag of all this.
    co_return catalog_response(services, boost::beast::http::status::ok, found->body);
}

Handled describe_discovered(Services& services, const Call& call)
{
    const auto id = id_of<Noun::product>(call);
    if (!id) co_return std::unexpected{id.error()};
    const auto word = call.parameter("version");
    const auto number = catalog::semver_from(word);
    if (!word.empty() && !number) {
        co_return refuse(wrong_parameter("version", "a version of the product, as 1.2.0"));
    }
    const Command<json::object> question =
        [id = *id, number](Draft& draft,
                           const catalog::Act& act) -> catalog::Outcome<json::object> {
        const auto own = finder(draft, act, id);
        if (!own) return catalog::refuse(own.error());
        const auto visible = find_visible(draft, id, *own);
        const auto version = visible ? find_open(draft, id, number) : std::nullopt;
        if (!version) return catalog::refuse(no_such_object());
        auto described = described_product(draft, visible->product, *version);
        json::object body;
        add_offers(draft, *visible, *own, {}, body);
        described.extensions.emplace("x-strait-offers", std::move(body.at("offers")));
        return asyncapi_document(described);
    };
    auto document = co_await ask(services, call, question);
    if (!document) co_return std::unexpected{document.error()};
    co_return catalog_response(services, boost::beast::http::status::ok, *std::move(document));
}

}  // namespace strait::api
