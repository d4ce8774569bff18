#include "exchange/configuration_file.hpp"

#include "exchange/secret_files.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

namespace strait::exchange {

namespace fs = std::filesystem;

namespace {

constexpr auto config_remedy = "name the configuration with --config FILE";

SecretFiles secrets_beside(const std::string& file)
{
    return SecretFiles{fs::absolute(file).parent_path(), environment};
}

}  // namespace

std::expected<std::string, Problems> read_text(const std::string& file, std::string_view remedy)
{
    errno = 0;
    std::ifstream in{file};
    auto why = errno;
    // Without this a folder would be read as an empty file.
    std::error_code failure;
    if (in && fs::is_directory(file, failure)) why = EISDIR;
    if (in && why != EISDIR) return std::string{std::istreambuf_iterator<char>{in}, {}};
    Problems problems;
    problems.add(
        {file,
         "",
         "unreadable",
         std::error_code{why, std::generic_category()}.message().append(": ").append(remedy)});
    return std::unexpected{std::move(problems)};
}

std::optional<std::string> environment(const std::string& name)
{
    // Nobody here changes the environment.
    const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): above
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

std::expected<Configuration, Problems> ConfigurationFile::read(bool data_dir_required) const
{
    const auto text = read_text(path, config_remedy);
    if (!text) return std::unexpected{text.error()};
    return read_configuration(
        *text, {path, allow_insecure, data_dir_required}, secrets_beside(path));
}

std::expected<std::string, Problems> ConfigurationFile::read_data_dir() const
{
    const auto text = read_text(path, config_remedy);
    if (!text) return std::unexpected{text.error()};
    return exchange::read_data_dir(*text, path, secrets_beside(path));
}

}  // namespace strait::exchange
