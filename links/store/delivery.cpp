#include "links/store/delivery.hpp"

#include <utility>

namespace strait::links {

std::string_view to_string(Delivery delivery) noexcept
{
    switch (delivery) {
        case Delivery::exactly_once: return "exactly_once";
        case Delivery::at_least_once: return "at_least_once";
    }
    std::unreachable();
}

std::string_view caveat_of(Delivery delivery) noexcept
{
    switch (delivery) {
        case Delivery::exactly_once: return "";
        case Delivery::at_least_once:
            return "records may come twice, and an instance that was replaced is not fenced";
    }
    std::unreachable();
}

}  // namespace strait::links
