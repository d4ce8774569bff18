#include "api/catalog/handlers.hpp"
#include "api/catalog/lists.hpp"
#include "api/catalog/records.hpp"
#include "catalog/commands/drafts.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/inputs/publishing_inputs.hpp"

#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <set>

namespace strait::api {

namespace {

using catalog::ProductVersion;
using catalog::Semver;
using catalog::Verb;

// A version is found by its product and its number.
struct Place {
    catalog::ProductId product;
    Semver version;
};

Answered<Place> place_of(const Call& call)
{
    const auto product = id_of<catalog::Noun::product>(call);
    if (!product) return std::unexpected{product.error()};
    const auto version = catalog::semver_from(call.path.back());
    if (!version) return std::unexpected{Refusal{no_such_object()}};
    return Place{*product, *version};
}

std::optional<ProductVersion> find_version(catalog::Draft& draft, const Place& place)
{
    return draft.find_by<ProductVersion>(catalog::Family::index,
                                         catalog::version_key(place.product, place.version));
}

// Of a product that is the caller's own.
catalog::Outcome<ProductVersion> find_own_version(catalog::Draft& draft,
                                                  const catalog::Act& act,
                                                  const Place& place)
{
    const auto product = find_concerning<catalog::DataProduct>(draft, act, place.product);
    if (!product) return catalog::refuse(product.error());
    auto version = find_version(draft, place);
    if (!version) return catalog::refuse(no_such_object());
    return *std::move(version);
}

Finding<ProductVersion> by_place(const Place& place)
{
    return [place](catalog::Draft& draft) { return find_version(draft, place); };
}

catalog::NewVersion version_of(const Place& place, const catalog::VersionText& text)
{
    return {.product = place.product,
            .version = place.version,
            .ports = text.ports,
            .changelog = text.changelog,
            .compatible = text.compatible};
}

catalog::VersionText text_of(const ProductVersion& version)
{
    return {.ports = {version.ports.begin(), version.ports.end()},
            .changelog = version.changelog,
            .compatible = version.compatible};
}

// The number of a version where tokens of pages hold an id.
catalog::IdBits bits_of(const Semver& version)
{
    catalog::IdBits bits{};
    boost::endian::store_big_u32(bits.data(), version.major);
    boost::endian::store_big_u32(bits.data() + 4, version.minor);
    boost::endian::store_big_u32(bits.data() + 8, version.patch);
    return bits;
}

Semver version_in(const catalog::IdBits& bits)
{
    return {.major = boost::endian::load_big_u32(bits.data()),
            .minor = boost::endian::load_big_u32(bits.data() + 4),
            .patch = boost::endian::load_big_u32(bits.data() + 8)};
}

std::vector<catalog::IdBits> ids_of_page(catalog::Draft& draft,
                                         catalog::ProductId product,
                                         const Page& page)
{
    std::string from;
    if (const auto& after = page.after) {
        from = catalog::version_key(product, version_in(*after));
        from.push_back('\0');  // the first key behind it
    }
    return draft.ids_named(
        catalog::Family::index, catalog::version_key(product), page.size + 1, from);
}

// The subscriptions that the command has changed: those that end with a version.
boost::json::array changed_subscriptions(const catalog::Draft& draft)
{
    std::set<std::string> ids;
    for (const auto& each : draft.touched()) {
        if (each.object.starts_with(catalog::prefix_of(catalog::Noun::subscription))) {
            ids.insert(each.object);
        }
    }
    boost::json::array list;
    list.reserve(ids.size());
    for (const auto& id : ids) list.push_back(boost::json::string{id});
    return list;
}

template <class Input>
Handled change_version(Services& services, const Call& call, Verb verb)
{
    const auto place = place_of(call);
    if (!place) co_return std::unexpected{place.error()};
    auto input = read_reasoned<Input>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [place = *place, verb, input = *std::move(input)](
                                       catalog::Draft& draft,
                                       const catalog::Act& act) -> catalog::Outcome<Shown> {
        draft.because(input.reason);
        std::optional<Timestamp> sunset_at;
        if constexpr (requires { input.sunset_at; }) sunset_at = input.sunset_at;
        const auto version =
            catalog::change_version(draft, act, place.product, place.version, verb, sunset_at);
        if (!version) return catalog::refuse(version.error());
        auto changed = shown(*version, act);
        if (verb == Verb::retire) {
            changed.body.emplace("subscriptions", changed_subscriptions(draft));
        }
        return changed;
    };
    co_return co_await carry_out(services, call, if_seen(call, by_place(*place), command));
}

}  // namespace

Handled list_versions(Services& services, const Call& call)
{
    const auto product = id_of<catalog::Noun::product>(call);
    if (!product) co_return std::unexpected{product.error()};
    const PageQuestion question = [id = *product](catalog::Draft& draft,
                                                  const catalog::Act& act,
                                                  const Page& page) -> catalog::Outcome<PageItems> {
        const auto own = find_concerning<catalog::DataProduct>(draft, act, id);
        if (!own) return catalog::refuse(own.error());
        PageItems found;
        for (const auto& each : ids_of_page(draft, id, page)) {
            if (found.items.size() == page.size) return found;
            const auto version = draft.find<ProductVersion>({each});
            if (!version) continue;
            found.items.push_back(shown(*version, act).body);
            found.last = bits_of(version->version);
        }
        found.last.reset();
        return found;
    };
    co_return co_await answer_page(services, call, question);
}

Handled add_version(Services& services, const Call& call)
{
    const auto product = id_of<catalog::Noun::product>(call);
    if (!product) co_return std::unexpected{product.error()};
    auto input = read_body<catalog::VersionInput>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [id = *product, input = *std::move(input)](
                                       catalog::Draft& draft,
                                       const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto made = catalog::add_version(draft, act, version_of({id, input.version}, input));
        if (!made) return catalog::refuse(made.error());
        auto version = shown(*made, act);
        version.created = true;
        version.place = to_string(input.version);
        return version;
    };
    co_return co_await carry_out(services, call, command);
}

Handled show_version(Services& services, const Call& call)
{
    const auto place = place_of(call);
    if (!place) co_return std::unexpected{place.error()};
    const Command<Shown> question = [place = *place](
                                        catalog::Draft& draft,
                                        const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto version = find_own_version(draft, act, place);
        if (!version) return catalog::refuse(version.error());
        return shown(*version, act);
    };
    auto found = co_await ask(services, call, question);
    if (!found) co_return std::unexpected{found.error()};
    co_return record_response(services, call, *std::move(found));
}

Handled edit_version(Services& services, const Call& call)
{
    const auto place = place_of(call);
    if (!place) co_return std::unexpected{place.error()};
    if (auto refused = unseen(call)) co_return refuse(*std::move(refused));
    auto patch = read_patch_body(call);
    if (!patch) co_return std::unexpected{patch.error()};
    const Command<ProductVersion> command =
        [place = *place, patch = *std::move(patch)](
            catalog::Draft& draft, const catalog::Act& act) -> catalog::Outcome<ProductVersion> {
        const auto version = find_own_version(draft, act, place);
        if (!version) return catalog::refuse(version.error());
        const auto text = patched(text_of(*version), patch);
        if (!text) return catalog::refuse(text.error());
        return catalog::edit_version(draft, act, version_of(place, *text));
    };
    co_return co_await carry_out(services, call, shown_by(call, by_place(*place), command));
}

Handled remove_version(Services& services, const Call& call)
{
    const auto place = place_of(call);
    if (!place) co_return std::unexpected{place.error()};
    if (auto refused = unseen(call)) co_return refuse(*std::move(refused));
    const auto reason = read_reason(call);
    if (!reason) co_return std::unexpected{reason.error()};
    const Command<ProductVersion> command = [place = *place, reason = *reason](
                                                catalog::Draft& draft, const catalog::Act& act) {
        draft.because(reason);
        return catalog::remove_version(draft, act, place.product, place.version);
    };
    co_return co_await carry_out(services, call, shown_by(call, by_place(*place), command));
}

Handled submit_version(Services& services, const Call& call)
{
    return change_version<catalog::ReasonInput>(services, call, Verb::submit);
}

Handled return_version(Services& services, const Call& call)
{
    return change_version<catalog::ReasonInput>(services, call, Verb::return_to_draft);
}

Handled publish_version(Services& services, const Call& call)
{
    return change_version<catalog::ReasonInput>(services, call, Verb::publish);
}

Handled deprecate_version(Services& services, const Call& call)
{
    return change_version<catalog::SunsetInput>(services, call, Verb::deprecate);
}

Handled restore_version(Services& services, const Call& call)
{
    return change_version<catalog::ReasonInput>(services, call, Verb::restore);
}

Handled retire_version(Services& services, const Call& call)
{
    return change_version<catalog::ReasonInput>(services, call, Verb::retire);
}

}  // namespace strait::api
