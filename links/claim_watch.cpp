#include "links/claim_watch.hpp"

#include <algorithm>
#include <variant>

namespace strait::links {

void ClaimWatch::take(std::span<const LinkRecord> records)
{
    for (const auto& record : records) {
        const auto* const owner = std::get_if<LinkOwner>(&record);
        if (owner == nullptr) continue;
        newest_ = std::max(newest_, owner->term);
        if (owner->term == ours_) ++claims_;
    }
}

std::optional<Error> ClaimWatch::end() const
{
    if (newest_ > ours_) {
        return Error{Errc::fenced, "another instance of this link has taken over"};
    }
    if (claims_ > 1) {
        return Error{Errc::unavailable, "another instance claimed this link in the same moment"};
    }
    return std::nullopt;
}

}  // namespace strait::links
