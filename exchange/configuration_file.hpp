#pragma once

#include "exchange/configuration.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace strait::exchange {

// Of the process, which nobody changes.
std::optional<std::string> environment(const std::string& name);

// All of a file; a problem, with the remedy, if it cannot be read.
std::expected<std::string, Problems> read_text(const std::string& file, std::string_view remedy);

// The configuration file of a command or a node: what it says is read anew by each call. A file
// that cannot be read is a problem as well.
struct ConfigurationFile {
    std::string path = "strait.yaml";
    bool allow_insecure = false;  // --allow-insecure

    // `data_dir_required`: by `serve`; not by `check`.
    [[nodiscard]] std::expected<Configuration, Problems> read(bool data_dir_required) const;

    // The `data_dir` alone.
    [[nodiscard]] std::expected<std::string, Problems> read_data_dir() const;
};

}  // namespace strait::exchange
