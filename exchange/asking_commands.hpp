#pragma once

#include "exchange/configuration_file.hpp"
#include "exchange/link_commands.hpp"

#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): the name that CLI11 gave it
class App;
}

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
    EditArguments edit;
    std::string link_file;
    bool yes = false;
};

// The path of a file as the node that serves it knows it.
std::string absolute(const std::string& path);

int code(ExitCode exit);

// The commands that ask the running node, as those of `app` and of its command `link`. Both and
// `arguments` outlive the parsing, and `exit` is what the one that is called says.
void add_asking_commands(CLI::App& app, CLI::App& link, AskingArguments& arguments, int& exit);

// --config
void add_file(CLI::App& command, AskingArguments& arguments);

}  // namespace strait::exchange
