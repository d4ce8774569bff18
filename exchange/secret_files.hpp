#pragma once

#include "core/secret_source.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace strait::exchange {

// Secrets as the disk and the environment have them. Relative paths start at `directory`, that of
// the configuration file.
class SecretFiles final : public SecretSource {
  public:
    using Environment = std::function<std::optional<std::string>(const std::string& name)>;

    SecretFiles(std::filesystem::path directory, Environment environment);

    [[nodiscard]] std::string resolve(const std::string& path) const override;
    [[nodiscard]] Result<NamedFile> file(const std::string& path) const override;
    [[nodiscard]] std::optional<std::string> variable(const std::string& name) const override;

  private:
    std::filesystem::path directory_;  // absolute
    Environment environment_;
};

}  // namespace strait::exchange
