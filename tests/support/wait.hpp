#pragma once

#include <chrono>
#include <functional>

namespace strait::testing {

// Asks again and again, with short pauses: for what only another process can tell. True as soon as
// the condition holds; false at the deadline.
bool wait_for(const std::function<bool()>& condition,
              std::chrono::milliseconds deadline = std::chrono::seconds{60});

}  // namespace strait::testing
