#include "links/store/gap.hpp"

#include <utility>

namespace strait::links {

std::string_view to_string(GapCause cause) noexcept
{
    switch (cause) {
        case GapCause::log_start_moved: return "log_start_moved";
        case GapCause::truncated: return "truncated";
        case GapCause::recreated: return "recreated";
        case GapCause::source_deleted: return "source_deleted";
        case GapCause::oversize: return "oversize";
        case GapCause::bad_record: return "bad_record";
        case GapCause::corrupt: return "corrupt";
        case GapCause::operator_skip: return "operator_skip";
        case GapCause::diverged: return "diverged";
        case GapCause::target_lost: return "target_lost";
    }
    std::unreachable();
}

std::string_view to_string(GapPolicy policy) noexcept
{
    switch (policy) {
        case GapPolicy::halt: return "halt";
        case GapPolicy::skip: return "skip";
        case GapPolicy::restart: return "restart";
    }
    std::unreachable();
}

}  // namespace strait::links
