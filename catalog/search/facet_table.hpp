#pragma once

#include "catalog/search/document.hpp"

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace strait::catalog {

struct FacetCount {
    std::string value;
    std::size_t count = 0;

    bool operator==(const FacetCount&) const = default;
};

// By facet: its most frequent values, those that are as frequent by their names.
using FacetCounts = std::map<Facet, std::vector<FacetCount>>;

inline constexpr std::size_t facet_values_max = 20;

// The values of facets as small numbers, so that those of many hits are counted in an array. Holds
// a value for as long as somebody uses it.
class FacetTable {
  public:
    // Those of a product, beside what else is known of it: a search looks at thousands.
    using Numbers = boost::container::small_vector<std::uint32_t, 8>;

    // Each once for every acquire() that has it in what it returned.
    Numbers acquire(const std::set<FacetValue>& values);
    void release(const Numbers& numbers);

    [[nodiscard]] std::optional<std::uint32_t> number_of(const FacetValue& value) const;

    // More than any number.
    [[nodiscard]] std::size_t limit() const noexcept { return entries_.size(); }

    // `counts`: by number.
    [[nodiscard]] FacetCounts top(const std::vector<std::size_t>& counts,
                                  const std::set<Facet>& wanted) const;

  private:
    struct Used {
        FacetValue value;
        std::size_t users = 0;
    };

    std::map<FacetValue, std::uint32_t> numbers_;
    std::vector<Used> entries_;        // by number
    std::vector<std::uint32_t> free_;  // numbers that nobody uses
};

}  // namespace strait::catalog
