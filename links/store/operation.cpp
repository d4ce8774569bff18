#include "links/store/operation.hpp"

#include <utility>

namespace strait::links {

std::string_view to_string(Verb verb) noexcept
{
    switch (verb) {
        case Verb::pause: return "pause";
        case Verb::resume: return "resume";
        case Verb::promote: return "promote";
        case Verb::failover: return "failover";
        case Verb::reverse: return "reverse";
        case Verb::verify: return "verify";
        case Verb::acknowledge: return "acknowledge";
    }
    std::unreachable();
}

std::string_view to_string(Divergence divergence) noexcept
{
    switch (divergence) {
        case Divergence::refuse: return "refuse";
        case Divergence::keep: return "keep";
        case Divergence::salvage: return "salvage";
        case Divergence::rebuild: return "rebuild";
    }
    std::unreachable();
}

std::string_view to_string(VerifyMode mode) noexcept
{
    switch (mode) {
        case VerifyMode::structure: return "structure";
        case VerifyMode::full: return "full";
        case VerifyMode::target: return "target";
    }
    std::unreachable();
}

std::string_view to_string(Operation::State state) noexcept
{
    switch (state) {
        case Operation::State::running: return "running";
        case Operation::State::succeeded: return "succeeded";
        case Operation::State::failed: return "failed";
    }
    std::unreachable();
}

}  // namespace strait::links
