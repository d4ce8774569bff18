#pragma once

#include "exchange/client/client_command.hpp"
#include "exchange/link_commands.hpp"

#include <istream>
#include <string>
#include <vector>

namespace strait::exchange {

struct AuditArguments {
    std::string file{};                // of `export`; empty: ask the door
    std::vector<std::string> heads{};  // files with what audit_head or receipts said
};

// `strait audit export`: the whole chain of the caller's organisation, an entry a line.
ExitCode export_audit(const ClientCommand& command);

// `strait audit verify`: recomputes the chain from its first entry on, by what it holds alone, and
// says which one is bad first. It has to go through all heads that were kept, and, if it comes from
// the door, through the one that the door names. ExitCode::ok only if all is well.
ExitCode verify_audit(const ClientCommand& command, const AuditArguments& arguments);

}  // namespace strait::exchange
