#pragma once

#include "catalog/store/keys.hpp"
#include "catalog/store/reader.hpp"
#include "core/error.hpp"

#include <rocksdb/db.h>
#include <rocksdb/snapshot.h>

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strait::catalog {

// The column families of an open database.
class Families {
  public:
    static Result<Families> open(const std::filesystem::path& folder, rocksdb::Env* env);

    Families(const Families&) = delete;
    Families& operator=(const Families&) = delete;
    Families(Families&& other) noexcept = default;
    Families& operator=(Families&& other) noexcept = default;
    ~Families() = default;

    [[nodiscard]] rocksdb::DB& db() const noexcept { return *db_; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* in(Family family) const
    {
        return handles_.at(static_cast<std::size_t>(family)).get();
    }

  private:
    using Handle = std::unique_ptr<rocksdb::ColumnFamilyHandle>;

    Families() = default;

    std::unique_ptr<rocksdb::DB> db_;
    std::array<Handle, family_names.size()> handles_;  // closed before the database
};

// The database as it was when this was made. `families` outlives it.
class MomentReader final : public Reader {
  public:
    explicit MomentReader(const Families& families);
    ~MomentReader() override;

    MomentReader(const MomentReader&) = delete;
    MomentReader& operator=(const MomentReader&) = delete;

    [[nodiscard]] Result<std::optional<std::string>> get(Family family,
                                                         std::string_view key) const override;
    Result<void> scan(Family family,
                      std::string_view prefix,
                      std::string_view from,
                      const Visit& visit) const override;

  private:
    [[nodiscard]] rocksdb::ReadOptions options() const;

    const Families& families_;
    const rocksdb::Snapshot* snapshot_;
};

// Errc::corrupt for damage, otherwise Errc::unavailable, with the remedy for a full disk.
Error translated(const rocksdb::Status& status);

}  // namespace strait::catalog
