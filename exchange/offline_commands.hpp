#pragma once

#include "core/clock.hpp"
#include "core/logging.hpp"
#include "exchange/configuration.hpp"
#include "exchange/link_commands.hpp"

#include <iosfwd>
#include <optional>
#include <string>

// The commands that need no `strait serve`: they read the file, and ask the clusters themselves.
namespace strait::exchange {

struct OfflineCommand {
    const Configuration& configuration;
    std::ostream& out;
    std::ostream& err;
};

// `strait check --connect`: asks every cluster who it is and what we may see there. One line for
// each; ExitCode::usage if one of them does not answer as configured.
ExitCode check_clusters(const OfflineCommand& command);

// `strait link plan [NAME]`: what every link would mirror today, and why not the rest. Changes
// nothing. `all`: also the topics that no pattern matches.
ExitCode plan_links(const OfflineCommand& command, std::optional<std::string> link, bool all);

}  // namespace strait::exchange
