#include "catalog/search/facet_table.hpp"

#include <algorithm>
#include <utility>

namespace strait::catalog {

FacetTable::Numbers FacetTable::acquire(const std::set<FacetValue>& values)
{
    Numbers numbers;
    numbers.reserve(values.size());
    for (const auto& value : values) {
        auto known = numbers_.find(value);
        if (known == numbers_.end()) {
            if (free_.empty()) {
                free_.push_back(static_cast<std::uint32_t>(entries_.size()));
                entries_.emplace_back();
            }
            known = numbers_.emplace(value, free_.back()).first;
            entries_.at(free_.back()) = {value, 0};
            free_.pop_back();
        }
        ++entries_.at(known->second).users;
        numbers.push_back(known->second);
    }
    return numbers;
}

void FacetTable::release(const Numbers& numbers)
{
    for (const auto number : numbers) {
        auto& used = entries_.at(number);
        if (--used.users > 0) continue;
        numbers_.erase(used.value);
        used = {};
        free_.push_back(number);
    }
}

std::optional<std::uint32_t> FacetTable::number_of(const FacetValue& value) const
{
    const auto known = numbers_.find(value);
    if (known == numbers_.end()) return std::nullopt;
    return known->second;
}

FacetCounts FacetTable::top(const std::vector<std::size_t>& counts,
                            const std::set<Facet>& wanted) const
{
    FacetCounts top;
    for (const auto facet : wanted) top[facet];
    for (std::size_t number = 0; number < counts.size(); ++number) {
        const auto& [facet, value] = entries_.at(number).value;
        if (counts.at(number) > 0 && wanted.contains(facet)) {
            top[facet].push_back({value, counts.at(number)});
        }
    }
    for (auto& [facet, values] : top) {
        std::ranges::sort(values, [](const FacetCount& a, const FacetCount& b) {
            return std::pair{b.count, std::string_view{a.value}} <
                   std::pair{a.count, std::string_view{b.value}};
        });
        if (values.size() > facet_values_max) values.resize(facet_values_max);
    }
    return top;
}

}  // namespace strait::catalog
