#pragma once

#include "exchange/link_commands.hpp"

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>

namespace strait::exchange {

struct DemoOptions {
    std::string program;  // as the user called it, for the commands that are shown
    std::string source;   // HOST:PORT, without TLS or SASL
    std::string target;
    std::optional<std::chrono::milliseconds> run_time;  // absent: until a signal
    bool keep = false;                                  // the topics, and the link's checkpoints
    bool terminal = false;                              // `out` is one
};

// `strait demo`: links two clusters with topics of its own, shows the link at work, and then checks
// every record and every offset. SIGINT or SIGTERM ends the show and begins the check; a second one
// ends the process at once. ExitCode::usage for an address that is none; ExitCode::failure if
// anything was not perfect, or if what it found did not let it begin: nobody listens, both
// addresses are one cluster, its topics are there already.
ExitCode run_demo(const DemoOptions& options, std::ostream& out, std::ostream& err);

}  // namespace strait::exchange
