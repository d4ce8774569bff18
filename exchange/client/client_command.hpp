#pragma once

#include "core/error.hpp"
#include "exchange/client/answer.hpp"
#include "exchange/client/http_client.hpp"
#include "exchange/client/profile.hpp"

#include <iosfwd>
#include <string>

namespace strait::exchange {

// Where a command of the catalog has its profiles, and where it answers. All of it outlives the
// call.
struct ClientCommand {
    const ProfileFolder& profiles;
    std::string profile = "default";
    std::ostream& out;
    std::ostream& err;
    bool json = false;  // the server's answer as it is
};

// The door of the command's profile.
Result<HttpClient> door_of(const ClientCommand& command);

// By which a door knows a call that it is asked twice for.
std::string new_idempotency_key();

// The answer of a door, for a person or a program. What is not JSON is for both as it is.
void print_answer(const ClientCommand& command, const HttpAnswer& answer);

}  // namespace strait::exchange
