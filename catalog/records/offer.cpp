#include "catalog/records/offer.hpp"

namespace strait::catalog {

std::optional<std::size_t> due_terms(const Offer& offer)
{
    std::optional<std::size_t> due;
    for (std::size_t i = 0; i < offer.terms.size(); ++i) {
        const auto& each = offer.terms[i];
        if (!each.accept_by || each.enforced) continue;
        if (!due || *each.accept_by < *offer.terms[*due].accept_by) due = i;
    }
    return due;
}

}  // namespace strait::catalog
