#pragma once

#include "core/error.hpp"

#include <optional>
#include <string>

namespace strait {

// A file that the configuration names, as it is found on the disk.
struct NamedFile {
    std::string content;
    bool open_to_others = false;  // the group or the world has any right to it
};

// Where a reader of configuration gets what stands outside of the text. A seam: the program looks
// at the disk and the environment, tests have maps.
class SecretSource {
  public:
    static constexpr std::size_t bytes_max = 1 << 20;

    virtual ~SecretSource() = default;

    // The absolute path of what the configuration calls `path`.
    [[nodiscard]] virtual std::string resolve(const std::string& path) const = 0;

    // `path` is absolute. Errc::not_found, Errc::forbidden, Errc::too_large, with the system's
    // words.
    [[nodiscard]] virtual Result<NamedFile> file(const std::string& path) const = 0;

    [[nodiscard]] virtual std::optional<std::string> variable(const std::string& name) const = 0;
};

}  // namespace strait
