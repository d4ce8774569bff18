#include "links/store/translation.hpp"

#include <utility>

namespace strait::links {

std::string_view to_string(Direction direction) noexcept
{
    switch (direction) {
        case Direction::forward: return "forward";
        case Direction::inverse: return "inverse";
    }
    std::unreachable();
}

std::string_view to_string(Translation::Status status) noexcept
{
    switch (status) {
        case Translation::Status::exact: return "exact";
        case Translation::Status::gap: return "gap";
        case Translation::Status::end: return "end";
        case Translation::Status::clamped: return "clamped";
        case Translation::Status::before_first: return "before_first";
        case Translation::Status::pruned: return "pruned";
        case Translation::Status::unknown: return "unknown";
    }
    std::unreachable();
}

}  // namespace strait::links
