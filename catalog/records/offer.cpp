#include "catalog/records/offer.hpp"

namespace strait::catalog {

std::optional<DueTerms> due_terms(const Offer& offer)
{
    std::optional<DueTerms> due;
    for (std::size_t place = 0; place < offer.terms.size(); ++place) {
        const auto& terms = offer.terms[place];
        const auto& at = terms.accept_by;
        if (!at || terms.enforced) continue;
        if (!due || *at < due->at) due = DueTerms{.place = place, .at = *at};
    }
    return due;
}

}  // namespace strait::catalog
