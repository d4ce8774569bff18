#pragma once

#include "api/catalog/filter.hpp"
#include "api/catalog/records.hpp"
#include "api/catalog/sort_order.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Lists of records, page by page (catalog.md 4).
namespace strait::api {

// Which part of a list is asked for.
struct Page {
    std::size_t size = 0;
    std::optional<catalog::IdBits> after;
    std::optional<SortOrder::Place> after_place{};  // of a list in an order
};

inline constexpr std::size_t page_size_max = 500;
inline constexpr std::array<std::string_view, 6> named_page_parameters{
    "page_size", "page_token", "filter", "sort", "total", "name"};
inline constexpr auto filtered_page_parameters = std::span{named_page_parameters}.first<5>();
inline constexpr auto page_parameters = std::span{named_page_parameters}.first<2>();

// Records that one call looks at. With a filter there is another page behind them; no more are
// counted, and no more are brought into an order.
inline constexpr std::size_t looked_at_max = 10'000;

// 400, for a query parameter; for a token that is not of this list.
Refusal wrong_parameter(std::string_view name, std::string text);
Refusal foreign_token();

Answered<std::size_t> read_page_size(const Call& call, std::size_t otherwise, std::size_t max);

// How many there are on all pages.
struct Total {
    std::size_t count = 0;
    bool more = false;  // than that: nobody has looked further
};

// What stands on a page, and the place of its last item if there are more behind it.
struct PageItems {
    boost::json::array items;
    std::optional<catalog::IdBits> last;
    std::optional<SortOrder::Place> last_place{};  // of a list in an order
    std::optional<Total> total{};                  // if it was asked for
};

using PageQuestion = std::function<catalog::Outcome<PageItems>(
    catalog::Draft& draft, const catalog::Act& act, const Page& page)>;

// GET: {"items": [...], "next_page_token"}: the token is bound to the caller and to the path.
Handled answer_page(Services& services, const Call& call, PageQuestion question);

// The ids of a page, and whether there are more.
std::vector<catalog::IdBits> ids_of_page(catalog::Draft& draft,
                                         catalog::OrganisationId organisation,
                                         catalog::Noun noun,
                                         const Page& page);

// What a caller wants of the records of its organisation.
struct Wish {
    Filter filter;
    SortOrder order;
    bool total = false;
};

// 400 for parameters that are none of these.
Answered<Wish> read_wish(const Call& call, const FieldNames& fields);

// Refused, with the remedy, where there are more than `looked_at_max`.
catalog::Refusal too_many_to_sort();

// Those that the filter lets through, the oldest first, on pages that may be short of them.
template <catalog::AnyRecord T, auto View>
PageItems items_by_age(catalog::Draft& draft,
                       const catalog::Act& act,
                       const Filter& filter,
                       const Page& page)
{
    PageItems found;
    auto rest = page;
    for (std::size_t looked = 0;;) {
        const auto ids =
            ids_of_page(draft, act.organisation.value_or(catalog::whole_exchange), T::noun, rest);
        for (const auto& id : ids) {
            const bool full = found.items.size() == page.size;
            if (full || looked == looked_at_max) return found;
            ++looked;
            found.last = id;
            const auto record = draft.find<T>({id});
            if (!record) continue;
            auto body = View(*record, act).body;
            if (filter.lets(body)) found.items.push_back(std::move(body));
        }
        if (ids.size() <= rest.size) break;
        rest = {.size = page_size_max, .after = found.last};
    }
    found.last.reset();
    return found;
}

// The same in an order: all of them are looked at for each page.
template <catalog::AnyRecord T, auto View>
catalog::Outcome<PageItems> items_in_order(catalog::Draft& draft,
                                           const catalog::Act& act,
                                           const Wish& wish,
                                           const Page& page)
{
    const auto own = act.organisation.value_or(catalog::whole_exchange);
    const auto ids = draft.ids_below(catalog::Family::by_organisation,
                                     catalog::organisation_key(own, T::noun),
                                     looked_at_max + 1);
    if (ids.size() > looked_at_max) return catalog::refuse(too_many_to_sort());
    std::vector<SortOrder::Place> places;
    for (const auto& id : ids) {
        const auto record = draft.find<T>({id});
        if (!record) continue;
        const auto body = View(*record, act).body;
        if (wish.filter.lets(body)) places.push_back(wish.order.place_of(body, id));
    }
    PageItems found;
    if (wish.total) found.total = Total{.count = places.size()};
    if (const auto& after = page.after_place) {
        std::erase_if(places, [&](const auto& place) { return place <= *after; });
    }
    const auto size = std::min(places.size(), page.size);
    const auto end = places.begin() + static_cast<std::ptrdiff_t>(size);
    std::ranges::partial_sort(places, end);
    for (auto place = places.begin(); place != end; ++place) {
        const auto record = draft.find<T>({SortOrder::id_in(*place)});
        if (record) found.items.push_back(View(*record, act).body);
    }
    if (size > 0 && size < places.size()) found.last_place = *std::prev(end);
    return found;
}

template <catalog::AnyRecord T, auto View>
Total total_of(catalog::Draft& draft, const catalog::Act& act, const Filter& filter)
{
    const auto own = act.organisation.value_or(catalog::whole_exchange);
    const auto ids = draft.ids_below(catalog::Family::by_organisation,
                                     catalog::organisation_key(own, T::noun),
                                     looked_at_max + 1);
    Total total{.count = 0, .more = ids.size() > looked_at_max};
    const auto last = ids.size() - (total.more ? 1 : 0);
    for (std::size_t i = 0; i < last; ++i) {
        const auto record = draft.find<T>({ids.at(i)});
        if (record && filter.lets(View(*record, act).body)) ++total.count;
    }
    return total;
}

// GET: all records of the noun that the caller's organisation has a side in, the oldest first or
// as ?sort= says; with ?filter= those that it lets through; with ?total=true their number.
template <catalog::AnyRecord T, auto View = shown<T>>
Handled list_own(Services& services, const Call& call)
{
    auto wish = read_wish(call, fields_of<T>());
    if (!wish) co_return std::unexpected{wish.error()};
    const PageQuestion question = [wish = *std::move(wish)](
                                      catalog::Draft& draft,
                                      const catalog::Act& act,
                                      const Page& page) -> catalog::Outcome<PageItems> {
        if (!act.organisation) return PageItems{};
        if (wish.order.is_given()) return items_in_order<T, View>(draft, act, wish, page);
        auto found = items_by_age<T, View>(draft, act, wish.filter, page);
        if (wish.total) found.total = total_of<T, View>(draft, act, wish.filter);
        return found;
    };
    co_return co_await answer_page(services, call, question);
}

// The same of a noun whose records have names; with ?name=checkout the one that is called so.
template <catalog::AnyRecord T, auto View = shown<T>>
Handled list_named(Services& services, const Call& call)
{
    if (call.parameter("name").empty()) return list_own<T, View>(services, call);
    const PageQuestion question = [name = std::string{call.parameter("name")}](
                                      catalog::Draft& draft,
                                      const catalog::Act& act,
                                      const Page&) -> catalog::Outcome<PageItems> {
        PageItems found;
        if (!act.organisation) return found;
        const auto record = draft.find_by<T>(catalog::Family::index,
                                             catalog::name_key(*act.organisation, T::noun, name));
        if (record) found.items.push_back(View(*record, act).body);
        return found;
    };
    return answer_page(services, call, question);
}

}  // namespace strait::api
