#pragma once

#include "exchange/client/client_command.hpp"
#include "exchange/link_commands.hpp"

#include <string>

namespace strait::exchange {

// What stands on the command line of `strait usage`; what is empty the door decides.
struct UsageArguments {
    std::string from{};
    std::string to{};
    std::string step{};
    std::string group_by{};
    std::string subscription{};
};

// How much subscriptions were given, as a table of what it was grouped by, and the sums below it.
ExitCode show_usage(const ClientCommand& command, const UsageArguments& arguments);

}  // namespace strait::exchange
