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
#include <utility>
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
    friend class CachedReader;

    [[nodiscard]] rocksdb::ReadOptions options() const;
    [[nodiscard]] rocksdb::Status read(const rocksdb::ReadOptions& options,
                                       Family family,
                                       std::string_view key,
                                       std::string& value) const;
    [[nodiscard]] rocksdb::Status walk(const rocksdb::ReadOptions& options,
                                       Family family,
                                       std::string_view prefix,
                                       std::string_view from,
                                       const Visit& visit) const;

    const Families& families_;
    const rocksdb::Snapshot* snapshot_;
};

// The same, as far as it is in RocksDB's caches.
class CachedReader final : public AtHandReader {
  public:
    explicit CachedReader(std::shared_ptr<const MomentReader> moment) : moment_{std::move(moment)}
    {
    }

    [[nodiscard]] Result<std::optional<std::string>> get(Family family,
                                                         std::string_view key) const override;
    Result<void> scan(Family family,
                      std::string_view prefix,
                      std::string_view from,
                      const Visit& visit) const override;

    [[nodiscard]] bool missed() const noexcept override { return missed_; }

  private:
    [[nodiscard]] rocksdb::ReadOptions options() const;
    [[nodiscard]] Error noted(const rocksdb::Status& status) const;

    std::shared_ptr<const MomentReader> moment_;
    mutable bool missed_ = false;
};

// Errc::corrupt for damage, otherwise Errc::unavailable, with the remedy for a full disk.
Error translated(const rocksdb::Status& status);

}  // namespace strait::catalog
