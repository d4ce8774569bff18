#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"

#include <filesystem>

namespace strait::exchange {

// The folder of one installation: the local view, the admin socket, and who we are.
struct DataDir {
    std::filesystem::path folder;
    InstallId install;  // made once, and kept for life: links at the targets belong to it

    [[nodiscard]] std::filesystem::path view() const { return folder / "links"; }
    // Of the links that came at run time.
    [[nodiscard]] std::filesystem::path link_store() const { return folder / "link-store"; }
    [[nodiscard]] std::filesystem::path operations() const { return folder / "operations"; }
    [[nodiscard]] std::filesystem::path catalog() const { return folder / "catalog"; }
    // Made of the catalog; it may be deleted.
    [[nodiscard]] std::filesystem::path search() const { return folder / "search.db"; }
    [[nodiscard]] std::filesystem::path admin_socket() const { return folder / "admin.sock"; }
};

// Makes what is missing, with mode 0700, and returns when the install id will survive a crash of
// the machine. Errc::forbidden if others may enter the folder: whoever can open the admin socket is
// the operator. Errc::conflict if it is a file; Errc::corrupt if what stands there as the id is
// none, which is never replaced: our links would be another installation's. Errc::unavailable if
// the disk does not do it.
Result<DataDir> open_data_dir(const std::filesystem::path& folder);

}  // namespace strait::exchange
