#include "exchange/data_dir.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <fstream>
#include <string>
#include <system_error>

namespace strait::exchange {

namespace fs = std::filesystem;

namespace {

std::unexpected<Error> refused(const fs::path& path, const std::error_code& why)
{
    return fail(Errc::unavailable, "data_dir: " + path.string() + ": " + why.message());
}

// Written aside and renamed, so that a crash leaves the whole id or none.
Result<InstallId> make_install_id(const fs::path& file)
{
    InstallId id{boost::uuids::to_string(boost::uuids::random_generator{}())};
    auto aside = file;
    aside += ".new";
    std::ofstream out{aside, std::ios::trunc};
    out << id.value() << '\n';
    out.close();
    if (!out) return fail(Errc::unavailable, "data_dir: cannot write " + aside.string());
    std::error_code why;
    fs::rename(aside, file, why);
    if (why) return refused(file, why);
    return id;
}

}  // namespace

Result<DataDir> open_data_dir(const fs::path& folder)
{
    std::error_code why;
    if (!fs::exists(folder, why)) {
        fs::create_directories(folder, why);
        if (why) return refused(folder, why);
        fs::permissions(folder, fs::perms::owner_all, why);
        if (why) return refused(folder, why);
    }
    const auto found = fs::status(folder, why);
    if (why) return refused(folder, why);
    constexpr auto others = fs::perms::group_all | fs::perms::others_all;
    if ((found.permissions() & others) != fs::perms::none) {
        return fail(Errc::forbidden,
                    "data_dir: others may enter " + folder.string() + ": chmod 700 it");
    }

    const auto file = folder / "install-id";
    std::ifstream in{file};
    std::string id;
    if (in >> id) return DataDir{folder, InstallId{id}};
    auto made = make_install_id(file);
    if (!made) return fail(made.error());
    return DataDir{folder, *std::move(made)};
}

}  // namespace strait::exchange
