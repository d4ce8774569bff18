#include "catalog/store/database.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

namespace strait::catalog {

namespace {

// RocksDB has no code for it: its own words are "While lock file" of another process, and "lock
// hold by current process" of ours.
bool is_locked(const rocksdb::Status& status)
{
    const auto text = status.ToString();
    return status.IsIOError() &&
           (text.contains("While lock file") || text.contains("lock hold by"));
}

// What is read again and again, of all families: the products of about a hundred pages of hits and
// every key, credential and subscription of a large exchange.
constexpr std::size_t cache_bytes = std::size_t{64} << 20U;

// Shared by the families: it goes with the last of them.
std::shared_ptr<rocksdb::TableFactory> cached_tables()
{
    rocksdb::BlockBasedTableOptions tables;
    tables.block_cache = rocksdb::NewLRUCache(cache_bytes);
    tables.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    return std::shared_ptr<rocksdb::TableFactory>{rocksdb::NewBlockBasedTableFactory(tables)};
}

rocksdb::Options database_options(rocksdb::Env* env)
{
    rocksdb::Options options;
    if (env != nullptr) options.env = env;
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    options.paranoid_checks = true;
    options.track_and_verify_wals_in_manifest = true;
    options.max_open_files = 256;
    options.max_bgerror_resume_count = 0;  // on a full disk RocksDB's own recovery may end us
    options.keep_log_file_num = 2;
    options.max_log_file_size = std::size_t{1} << 20U;
    options.info_log_level = rocksdb::WARN_LEVEL;
    options.table_factory = cached_tables();
    return options;
}

}  // namespace

Error translated(const rocksdb::Status& status)
{
    if (status.IsNoSpace()) {
        return Error{Errc::unavailable,
                     "the catalog: the disk is full: make room under data_dir, and start strait "
                     "again"};
    }
    const auto code = status.IsCorruption() ? Errc::corrupt : Errc::unavailable;
    return Error{code, "the catalog: " + status.ToString()};
}

Result<Families> Families::open(const std::filesystem::path& folder, rocksdb::Env* env)
{
    const auto options = database_options(env);
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted{
        {rocksdb::kDefaultColumnFamilyName, options}};
    for (const auto* const name : family_names) wanted.emplace_back(name, options);
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(options, folder.string(), wanted, &handles, &db);
    if (is_locked(status)) {
        return fail(Errc::conflict,
                    "the catalog: another strait process uses this data_dir (" + folder.string() +
                        "): stop it, or give this one its own data_dir");
    }
    // A newer program may have families that this one does not know.
    if (status.IsInvalidArgument()) {
        return fail(Errc::conflict,
                    "the catalog: written by a newer version of strait: use that one (" +
                        status.ToString() + ")");
    }
    if (!status.ok()) return fail(translated(status));
    Families families;
    families.db_.reset(db);
    for (std::size_t i = 0; i < families.handles_.size(); ++i) {
        families.handles_.at(i).reset(handles.at(i + 1));
    }
    if (const auto closed = db->DestroyColumnFamilyHandle(handles.front()); !closed.ok()) {
        return fail(translated(closed));
    }
    return families;
}

MomentReader::MomentReader(const Families& families)
    : families_{families}, snapshot_{families.db().GetSnapshot()}
{
}

MomentReader::~MomentReader() { families_.db().ReleaseSnapshot(snapshot_); }

rocksdb::ReadOptions MomentReader::options() const
{
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    return options;
}

rocksdb::Status MomentReader::read(const rocksdb::ReadOptions& options,
                                   Family family,
                                   std::string_view key,
                                   std::string& value) const
{
    return families_.db().Get(options, families_.in(family), key, &value);
}

rocksdb::Status MomentReader::walk(const rocksdb::ReadOptions& options,
                                   Family family,
                                   std::string_view prefix,
                                   std::string_view from,
                                   const Visit& visit) const
{
    const std::unique_ptr<rocksdb::Iterator> at{
        families_.db().NewIterator(options, families_.in(family))};
    for (at->Seek(std::max(prefix, from)); at->Valid(); at->Next()) {
        const auto key = at->key().ToStringView();
        if (!key.starts_with(prefix) || !visit(key, at->value().ToStringView())) break;
    }
    return at->status();
}

Result<std::optional<std::string>> MomentReader::get(Family family, std::string_view key) const
{
    std::string value;
    const auto status = read(options(), family, key, value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return fail(translated(status));
    return value;
}

Result<void> MomentReader::scan(Family family,
                                std::string_view prefix,
                                std::string_view from,
                                const Visit& visit) const
{
    const auto status = walk(options(), family, prefix, from, visit);
    if (!status.ok()) return fail(translated(status));
    return {};
}

rocksdb::ReadOptions CachedReader::options() const
{
    auto options = moment_->options();
    options.read_tier = rocksdb::kBlockCacheTier;
    return options;
}

Error CachedReader::noted(const rocksdb::Status& status) const
{
    missed_ = missed_ || status.IsIncomplete();
    return translated(status);
}

Result<std::optional<std::string>> CachedReader::get(Family family, std::string_view key) const
{
    std::string value;
    const auto status = moment_->read(options(), family, key, value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return fail(noted(status));
    if (value.size() <= at_hand_bytes_max) return value;
    missed_ = true;
    return fail(Errc::unavailable, "the catalog: too long to be read on the spot");
}

Result<void> CachedReader::scan(Family family,
                                std::string_view prefix,
                                std::string_view from,
                                const Visit& visit) const
{
    const auto status = moment_->walk(options(), family, prefix, from, visit);
    if (!status.ok()) return fail(noted(status));
    return {};
}

}  // namespace strait::catalog
