#pragma once

#include "exchange/asking_commands.hpp"

namespace strait::exchange {

// What links are told to do, as commands of `link`, and what became of it. `link` and `arguments`
// outlive the parsing, and `exit` is what the one that is called says.
void add_verbs(CLI::App& link, AskingArguments& arguments, int& exit);

}  // namespace strait::exchange
