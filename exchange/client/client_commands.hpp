#pragma once

#include "exchange/client/audit_commands.hpp"
#include "exchange/client/declaration_commands.hpp"
#include "exchange/client/login.hpp"
#include "exchange/client/noun_commands.hpp"
#include "exchange/client/usage_command.hpp"

#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): the name that CLI11 gave it
class App;
}

namespace strait::exchange {

// What stands on the command line of a command that asks a public door.
struct ClientArguments {
    std::string profile;
    bool json = false;
    LoginArguments login;
    ActionArguments action;
    SearchArguments search;
    AuditArguments audit;
    UsageArguments usage;
    ApplyArguments apply;
};

// The commands of the catalog, as those of `app`. It and `arguments` outlive the parsing, and
// `exit` is what the one that is called says.
void add_client_commands(CLI::App& app, ClientArguments& arguments, int& exit);

}  // namespace strait::exchange
