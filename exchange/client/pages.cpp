#include "exchange/client/pages.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace strait::exchange {

namespace json = boost::json;

namespace {

constexpr int pages_max = 1'000;  // of a list that is read as one: some may be empty
constexpr auto token_member = "next_page_token";

}  // namespace

Pages::Pages(HttpClient& door, std::string target) : door_{door}, target_{std::move(target)} {}

Asked<json::object> Pages::next(std::size_t items_max)
{
    assert(has_next());
    auto target =
        target_ + (target_.contains('?') ? "&" : "?") + "page_size=" + std::to_string(items_max);
    if (!token_.empty()) target += "&page_token=" + percent_encoded(token_);
    auto answer = ask_json(door_, {.target = std::move(target)});
    if (!answer) return std::unexpected{answer.error()};
    auto* const page = answer->if_object();
    const auto* const items = page == nullptr ? nullptr : page->if_contains("items");
    if (items == nullptr || !items->is_array()) {
        return std::unexpected<Setback>{Error{Errc::corrupt, "the answer is no list"}};
    }
    begun_ = true;
    token_ = text_in(*page, token_member);
    return std::move(*page);
}

Asked<json::object> read_pages(HttpClient& door, std::string target, ListLimits limits)
{
    Pages pages{door, std::move(target)};
    json::object first;
    json::array items;
    for (int count = 0; count < pages_max && pages.has_next(); ++count) {
        const auto left = limits.items - std::min(limits.items, items.size());
        if (count > 0 && left == 0) break;
        auto page = pages.next(std::clamp<std::size_t>(left, 1, limits.page_items));
        if (!page) return std::unexpected{page.error()};
        for (auto& item : page->at("items").as_array()) items.push_back(std::move(item));
        if (count == 0) first = *std::move(page);
    }
    json::object whole{{"items", std::move(items)}};
    first.erase(token_member);
    for (auto& [name, value] : first) whole.emplace(name, std::move(value));  // but its items
    if (!pages.token().empty()) whole.emplace(token_member, pages.token());
    return whole;
}

}  // namespace strait::exchange
