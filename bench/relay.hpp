#pragma once

#include "core/units.hpp"

namespace strait::bench {

struct RelayLimit {
    double megabytes_per_second = 0;
    double cpu_per_gigabyte = 0;  // seconds, of the relay alone
};

// The least that any process between two connections costs here: it reads `bytes` from one loopback
// connection, takes their CRC-32C, and writes them to another. Throws std::system_error.
RelayLimit measure_relay(Bytes bytes);

}  // namespace strait::bench
