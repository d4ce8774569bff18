#include "exchange/data_dir.hpp"

#include "exchange/durable_file.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

#include <sys/stat.h>

namespace strait::exchange {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t id_bytes = 36;

std::unexpected<Error> refused(const fs::path& path, const std::error_code& why)
{
    return fail(Errc::unavailable, "data_dir: " + path.string() + ": " + why.message());
}

std::error_code last_error() { return {errno, std::generic_category()}; }

// As Boost prints one: 36 characters of 0-9, a-f and "-".
bool is_id(std::string_view text)
{
    return text.size() == id_bytes &&
           text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

// A crash leaves the whole id or none, and never a link at a target that belongs to an id which is
// gone.
Result<InstallId> make_install_id(const fs::path& file)
{
    InstallId id{boost::uuids::to_string(boost::uuids::random_generator{}())};
    if (auto written = write_durably(file, id.value() + '\n'); !written) {
        return fail(written.error().within("data_dir"));
    }
    return id;
}

Result<InstallId> install_id(const fs::path& folder)
{
    const auto file = folder / "install-id";
    std::error_code why;
    const bool is_new = !fs::exists(file, why);
    if (why) return refused(file, why);
    if (is_new) return make_install_id(file);
    std::ifstream in{file};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (text.ends_with('\n')) text.pop_back();
    if (is_id(text)) return InstallId{std::move(text)};
    return fail(Errc::corrupt,
                "data_dir: " + file.string() +
                    " holds no install id: restore it; or remove it, and start once with "
                    "--take-over for each link");
}

}  // namespace

Result<DataDir> open_data_dir(const fs::path& folder)
{
    std::error_code why;
    if (!fs::exists(folder, why)) {
        const auto parent =
            folder.has_filename() ? folder.parent_path() : folder.parent_path().parent_path();
        if (!parent.empty()) fs::create_directories(parent, why);
        if (why) return refused(folder, why);
        // With its mode at once: nobody gets in between.
        if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
            return refused(folder, last_error());
        }
    }
    const auto found = fs::status(folder, why);
    if (why) return refused(folder, why);
    if (!fs::is_directory(found)) {
        return fail(Errc::conflict, "data_dir: " + folder.string() + " is not a folder");
    }
    constexpr auto others = fs::perms::group_all | fs::perms::others_all;
    if ((found.permissions() & others) != fs::perms::none) {
        return fail(Errc::forbidden,
                    "data_dir: others may enter " + folder.string() + ": chmod 700 it");
    }
    auto install = install_id(folder);
    if (!install) return fail(install.error());
    return DataDir{folder, *std::move(install)};
}

}  // namespace strait::exchange
