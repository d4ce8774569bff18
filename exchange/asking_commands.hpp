#pragma once

#include "exchange/admin_commands.hpp"
#include "exchange/configuration_file.hpp"
#include "exchange/link_commands.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): the name that CLI11 gave it
class App;
class Option;
}  // namespace CLI

namespace strait::exchange {

// What stands on the command line of a command that asks the running node.
struct AskingArguments {
    ConfigurationFile file;
    std::string data_dir;
    bool json = false;
    bool dry_run = false;
    LinkDetails details;
    bool watch = false;
    std::string link;
    TranslateArguments translate;
    VerbArguments verb;
    std::string ack;  // ID or all
    EditArguments edit;
    BootstrapArguments bootstrap;
    std::string link_file;
    bool yes = false;
};

// The path of a file as the node that serves it knows it.
std::string absolute(const std::string& path);

int code(ExitCode exit);

// The commands that ask the running node, as those of `app` and of its command `link`. Both and
// `arguments` outlive the parsing, and `exit` is what the one that is called says.
void add_asking_commands(CLI::App& app, CLI::App& link, AskingArguments& arguments, int& exit);

// What is the same for several of them.

// --config
void add_file(CLI::App& command, AskingArguments& arguments);

// --config, --data-dir and --json
void add_server(CLI::App& command, AskingArguments& arguments);

// Asks the node, and returns what the program exits with.
using Ask = std::function<boost::asio::awaitable<ExitCode>(const LinkCommand&)>;
int run_asked(const AskingArguments& arguments,
              const Ask& ask,
              std::chrono::milliseconds time_max = std::chrono::seconds{30});

}  // namespace strait::exchange
