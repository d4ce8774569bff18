#pragma once

#include "api/catalog/filter.hpp"
#include "api/catalog/records.hpp"

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
};

inline constexpr std::size_t page_size_max = 500;
inline constexpr std::array<std::string_view, 4> named_page_parameters{
    "page_size", "page_token", "filter", "name"};
inline constexpr auto filtered_page_parameters = std::span{named_page_parameters}.first<3>();
inline constexpr auto page_parameters = std::span{named_page_parameters}.first<2>();

// Records that one call with a filter looks at: behind them there is another page.
inline constexpr std::size_t filtered_records_max = 10'000;

// 400, for a query parameter; for a token that is not of this list.
Refusal wrong_parameter(std::string_view name, std::string text);
Refusal foreign_token();

Answered<std::size_t> read_page_size(const Call& call, std::size_t otherwise, std::size_t max);

// What stands on a page, and the place of its last item if there are more behind it.
struct PageItems {
    boost::json::array items;
    std::optional<catalog::IdBits> last;
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

// GET: all records of the noun that the caller's organisation has a side in, the oldest first; with
// ?filter= those that it lets through, on pages that may be short of them, or empty.
template <catalog::AnyRecord T, auto View = shown<T>>
Handled list_own(Services& services, const Call& call)
{
    auto filter = Filter::parse(call.parameter("filter"), fields_of<T>());
    if (!filter) co_return std::unexpected{filter.error()};
    const PageQuestion question = [filter = *std::move(filter)](
                                      catalog::Draft& draft,
                                      const catalog::Act& act,
                                      const Page& page) -> catalog::Outcome<PageItems> {
        PageItems found;
        if (!act.organisation) return found;
        auto rest = page;
        for (std::size_t looked = 0;;) {
            const auto ids = ids_of_page(draft, *act.organisation, T::noun, rest);
            for (const auto& id : ids) {
                const bool full = found.items.size() == page.size;
                if (full || looked == filtered_records_max) return found;
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
