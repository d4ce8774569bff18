#pragma once

#include "exchange/client/client_command.hpp"
#include "exchange/link_commands.hpp"

#include <istream>
#include <string>
#include <vector>

namespace strait::exchange {

struct ApplyArguments {
    std::vector<std::string> files{};  // "-": standard input
    std::string reason{};
    bool prune = false;
    bool dry_run = false;
};

// `strait catalog apply`: makes what there is what the files declare, all of it or nothing, and
// says what that changed. ExitCode::ok when it is so; with --dry-run ExitCode::differs if something
// would change; ExitCode::failure for all that is wrong, each where it stands.
ExitCode apply_declarations(const ClientCommand& command,
                            const ApplyArguments& arguments,
                            std::istream& in);

// `strait catalog export`: what the caller's organisation has, as YAML that changes nothing when it
// is applied.
ExitCode export_declarations(const ClientCommand& command);

}  // namespace strait::exchange
