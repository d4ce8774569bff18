#pragma once

#include "exchange/client/answer.hpp"
#include "exchange/client/http_client.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <string>

namespace strait::exchange {

// Of one list, whatever is asked for.
inline constexpr std::size_t list_items_max = 100'000;

// Of one page, as the API says; a search has less.
inline constexpr std::size_t page_items_max = 500;

// The pages of a list, one after the other. What it is given outlives it.
class Pages {
  public:
    // `target`: of the list, with its query, if it has one.
    Pages(HttpClient& door, std::string target);

    // Whether there is one, as far as is known.
    [[nodiscard]] bool has_next() const noexcept { return !begun_ || !token_.empty(); }

    // The next one, as it was answered: `items` is an array. REQUIRES: has_next().
    Asked<boost::json::object> next(std::size_t items_max);

    // Of the page behind the last one that was read; empty if there is none.
    [[nodiscard]] const std::string& token() const noexcept { return token_; }

  private:
    HttpClient& door_;
    std::string target_;
    std::string token_;
    bool begun_ = false;
};

// How much of a list is wanted.
struct ListLimits {
    std::size_t items = 50;
    std::size_t page_items = page_items_max;
};

// The list as one page: the first of the door, with the items of those behind it, up to the limit.
// `next_page_token` is there if there are more.
Asked<boost::json::object> read_pages(HttpClient& door, std::string target, ListLimits limits);

}  // namespace strait::exchange
