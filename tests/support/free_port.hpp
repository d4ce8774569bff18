#pragma once

#include <cstdint>

namespace strait::testing {

// A loopback port that nobody listens on, kept for this process until it ends: two test programs
// never get the same one. Below the range from which the kernel takes the ports of clients, or
// else a client that tries a broker that is down could connect to itself and keep the port.
// Throws std::runtime_error if there is none.
std::uint16_t reserve_port();

}  // namespace strait::testing
