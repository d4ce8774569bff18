#include "exchange/catalog_key.hpp"

#include "catalog/commands/act.hpp"
#include "catalog/records/base32.hpp"
#include "exchange/durable_file.hpp"
#include "exchange/secret_files.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

namespace strait::exchange {

namespace fs = std::filesystem;

namespace {

Result<Secret> make_key(const fs::path& file)
{
    std::array<std::uint8_t, 32> random{};
    catalog::system_entropy()(random);
    Secret key{catalog::base32(random)};
    if (auto written = write_durably(file, key.reveal() + '\n'); !written) {
        return fail(written.error().within("data_dir"));
    }
    return key;
}

}  // namespace

Result<Secret> open_catalog_key(const DataDir& data_dir, const CatalogConfig& config)
{
    if (config.secret_key) return *config.secret_key;
    const auto file = data_dir.folder / "catalog.key";
    std::error_code why;
    if (!fs::exists(file, why) && !fs::exists(data_dir.catalog(), why)) return make_key(file);
    auto found = SecretFiles{data_dir.folder, {}}.file(file.string());
    if (!found) {
        return fail(Error{Errc::not_found,
                          "data_dir: " + file.string() + ": " + found.error().detail() +
                              ": restore it, no key of the catalog is of any use without it"});
    }
    if (found->open_to_others) {
        return fail(Errc::forbidden,
                    "data_dir: others may read " + file.string() + ": chmod 600 it");
    }
    if (found->content.ends_with('\n')) found->content.pop_back();
    if (found->content.empty()) return fail(Errc::corrupt, file.string() + " is empty: restore it");
    return Secret{std::move(found->content)};
}

}  // namespace strait::exchange
