#include "exchange/secret_files.hpp"

#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace strait::exchange {

namespace fs = std::filesystem;

SecretFiles::SecretFiles(fs::path directory, Environment environment)
    : directory_{fs::absolute(directory)}, environment_{std::move(environment)}
{
}

std::string SecretFiles::resolve(const std::string& path) const
{
    return (directory_ / path).lexically_normal();
}

Result<NamedFile> SecretFiles::file(const std::string& path) const
{
    std::error_code failure;
    const auto status = fs::status(path, failure);
    if (failure) return fail(Errc::not_found, failure.message());
    // A pipe or a device could keep us waiting for ever.
    if (!fs::is_regular_file(status)) return fail(Errc::forbidden, "not a regular file");
    if (fs::file_size(path, failure) > bytes_max) return fail(Errc::too_large, "more than 1MiB");
    std::ifstream in{path, std::ios::binary};
    if (!in) return fail(Errc::forbidden, "no right to read it");
    constexpr auto others = fs::perms::group_all | fs::perms::others_all;
    return NamedFile{.content = {std::istreambuf_iterator<char>{in}, {}},
                     .open_to_others = (status.permissions() & others) != fs::perms::none};
}

std::optional<std::string> SecretFiles::variable(const std::string& name) const
{
    return environment_(name);
}

}  // namespace strait::exchange
