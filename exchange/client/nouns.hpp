#pragma once

#include "catalog/records/id.hpp"
#include "exchange/client/http_client.hpp"
#include "exchange/client/record_view.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The commands of the catalog as one table: what each asks of the public door. Nothing else knows
// them; tests/exchange/client/nouns_test.cpp holds it against the routes of the door.
namespace strait::exchange {

// What an action takes besides what it is about.
enum class Takes : std::uint8_t {
    nothing,
    reason,  // --reason
    body,    // a JSON object: -f, --set
    both,
    prefix,  // --prefix, of the query
    filter,  // --filter, the same
};

struct Action {
    std::string_view name;  // "suspend"
    HttpMethod method = HttpMethod::get;
    std::string_view below{};  // of the collection: "/{}:suspend"
    Takes takes = Takes::nothing;
    std::string_view about{};
};

struct Noun {
    std::string_view name;  // "product"
    std::string_view about;
    std::string_view collection;  // "/v1/products"
    catalog::Noun kind{};         // of its ids
    bool named = false;           // whether ?name= finds one
    std::span<const Column> columns{};
    std::span<const Action> actions{};
};

extern const std::span<const Noun> nouns;

// "/v1/products/{}:list"
std::string path_of(const Noun& noun, const Action& action);

// What stands for one "{}" of a path.
struct Place {
    std::string title;           // "PRODUCT"
    const Noun* noun = nullptr;  // of which it is one; null for a number
};

// Those of the action's path, in order.
std::vector<Place> places_of(const Noun& noun, const Action& action);

}  // namespace strait::exchange
