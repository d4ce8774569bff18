#include "links/store/managed_by.hpp"

#include <utility>

namespace strait::links {

std::string_view to_string(ManagedBy owner) noexcept
{
    switch (owner) {
        case ManagedBy::config: return "config";
        case ManagedBy::api: return "api";
        case ManagedBy::catalog: return "catalog";
    }
    std::unreachable();
}

}  // namespace strait::links
