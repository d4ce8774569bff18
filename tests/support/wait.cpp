#include "tests/support/wait.hpp"

#include <poll.h>

namespace strait::testing {

bool wait_for(const std::function<bool()>& condition, std::chrono::milliseconds deadline)
{
    constexpr int pause_ms = 100;
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        ::poll(nullptr, 0, pause_ms);
    }
    return true;
}

}  // namespace strait::testing
