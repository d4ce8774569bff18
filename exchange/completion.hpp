#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace CLI {  // NOLINT(readability-identifier-naming): the name that CLI11 gave it
class App;
}

namespace strait::exchange {

enum class Shell { bash, zsh, fish };

std::optional<Shell> shell_of(std::string_view name);

// A script that completes the subcommands and options of `app` in this shell: sourced by bash, put
// into a folder of zsh's fpath as `_strait`, or piped into fish's `source`.
std::string completion_script(const CLI::App& app, Shell shell);

}  // namespace strait::exchange
