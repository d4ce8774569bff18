#pragma once

#include "core/secret.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace strait::catalog {

struct Admission;  // catalog.hpp

// Who asks, as a door knows it. What a caller may do is found with each command, in the state that
// the command is decided in: a key that was revoked before it is of no use to it.
struct Caller {
    enum class Kind : std::uint8_t {
        anyone,  // has shown nothing
        holder,  // shows a key
        host,    // may open the admin socket
        system,  // is this program
    };

    Kind kind = Kind::anyone;
    Secret key{};              // of a holder, as it was sent
    std::string request_id{};  // for the audit
    std::string address{};     // IP, for rules on addresses and for the audit; of others than the
                               // host and the system
    std::shared_ptr<const Admission> admission{};  // of a holder that Catalog::admit() let in
};

}  // namespace strait::catalog
