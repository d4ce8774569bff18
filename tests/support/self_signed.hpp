#pragma once

#include <string>

namespace strait::testing {

// A certificate for `localhost` and 127.0.0.1 that nobody but itself has signed, and its key, both
// as PEM. Each is another one.
struct SelfSigned {
    std::string certificate;
    std::string key;
};

SelfSigned make_self_signed();

}  // namespace strait::testing
