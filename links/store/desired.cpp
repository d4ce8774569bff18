#include "links/store/desired.hpp"

#include <utility>

namespace strait::links {

std::string_view to_string(Desired desired) noexcept
{
    switch (desired) {
        case Desired::running: return "running";
        case Desired::paused: return "paused";
        case Desired::promoted: return "promoted";
        case Desired::failed_over: return "failed_over";
    }
    std::unreachable();
}

}  // namespace strait::links
