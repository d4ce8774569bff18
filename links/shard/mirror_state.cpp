#include "links/shard/mirror_state.hpp"

#include <utility>

namespace strait::links {

namespace {

using enum MirrorState;

template <class... States>
constexpr unsigned set(States... states)
{
    return (0U | ... | (1U << std::to_underlying(states)));
}

constexpr unsigned next_states(MirrorState from)
{
    switch (from) {
        case starting: return set(active, paused, halted, source_gone, failing_over);
        case active: return set(paused, halted, source_gone, promoting, failing_over);
        case paused: return set(starting, source_gone, failing_over);
        case halted: return set(starting, paused, source_gone, failing_over);
        case source_gone: return set(starting, failing_over);
        case promoting: return set(active, promoted, failing_over);  // active: the drain failed
        case promoted: return set(reversing);
        case failing_over: return set(failed_over);  // nothing stops a failover
        case failed_over: return set(reversing);
        case reversing: return set(promoted, failed_over);  // the histories have diverged
    }
    std::unreachable();
}

}  // namespace

std::string_view to_string(MirrorState state) noexcept
{
    switch (state) {
        case starting: return "starting";
        case active: return "active";
        case paused: return "paused";
        case halted: return "halted";
        case source_gone: return "source_gone";
        case promoting: return "promoting";
        case promoted: return "promoted";
        case failing_over: return "failing_over";
        case failed_over: return "failed_over";
        case reversing: return "reversing";
    }
    std::unreachable();
}

bool can_change(MirrorState from, MirrorState to) noexcept
{
    return (next_states(from) & set(to)) != 0;
}

}  // namespace strait::links
