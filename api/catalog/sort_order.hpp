#pragma once

#include "api/catalog/filter.hpp"
#include "api/refusal.hpp"
#include "catalog/records/id.hpp"

#include <boost/json/object.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// In which order a caller wants a list (catalog.md 4): "-updated_at,name", "-" being from the last
// to the first. Texts are compared by their first 39 bytes; what is not there comes first, then
// false and true, numbers, texts, and anything else. Equals go by their ids.
namespace strait::api {

inline constexpr std::size_t sort_fields_max = 2;
inline constexpr std::size_t sort_value_bytes = 40;

class SortOrder {
  public:
    // Where something stands: the smaller one comes first.
    using Place =
        std::array<std::uint8_t, sort_fields_max * sort_value_bytes + catalog::IdBits{}.size()>;

    // No order at all.
    SortOrder() = default;

    // 400 invalid-request for fields that are not among these, or for too many.
    static Answered<SortOrder> parse(std::string_view text, const FieldNames& fields);

    [[nodiscard]] bool is_given() const noexcept { return !fields_.empty(); }

    [[nodiscard]] Place place_of(const boost::json::object& shown, const catalog::IdBits& id) const;

    [[nodiscard]] static catalog::IdBits id_in(const Place& place);

  private:
    struct Field {
        std::string name;
        bool descends = false;
    };

    std::vector<Field> fields_;
};

}  // namespace strait::api
