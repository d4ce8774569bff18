#include "links/store/durable_map.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <cstddef>
#include <string>
#include <utility>

namespace strait::links {

namespace {

Error translated(const rocksdb::Status& status, const std::string& what)
{
    if (status.IsNoSpace()) {
        return Error{Errc::unavailable,
                     what + ": the disk is full: make room under data_dir, and start strait again"};
    }
    const auto code = status.IsCorruption() ? Errc::corrupt : Errc::unavailable;
    return Error{code, what + ": " + status.ToString()};
}

// RocksDB has no code for it: its own words are "While lock file" of another process, and "lock
// hold by current process" of ours.
bool is_locked(const rocksdb::Status& status)
{
    const auto text = status.ToString();
    return status.IsIOError() &&
           (text.contains("While lock file") || text.contains("lock hold by"));
}

rocksdb::WriteOptions synced()
{
    rocksdb::WriteOptions options;
    options.sync = true;
    return options;
}

}  // namespace

DurableMap::DurableMap(std::unique_ptr<rocksdb::DB> db, std::string what)
    : db_{std::move(db)}, what_{std::move(what)}
{
}

DurableMap::DurableMap(DurableMap&& other) noexcept = default;
DurableMap& DurableMap::operator=(DurableMap&& other) noexcept = default;
DurableMap::~DurableMap() = default;

Result<DurableMap> DurableMap::open(const std::filesystem::path& folder, std::string what)
{
    rocksdb::Options options;
    options.create_if_missing = true;
    options.paranoid_checks = true;
    options.track_and_verify_wals_in_manifest = true;
    options.max_open_files = 16;
    options.max_bgerror_resume_count = 0;  // on a full disk RocksDB's own recovery may end us
    options.write_buffer_size = std::size_t{1} << 20U;
    options.keep_log_file_num = 2;
    options.max_log_file_size = std::size_t{1} << 20U;
    options.info_log_level = rocksdb::WARN_LEVEL;
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(options, folder.string(), &db);
    if (is_locked(status)) {
        return fail(Errc::conflict,
                    what + ": another strait process uses this data_dir (" + folder.string() +
                        "): stop it, or give this one its own data_dir");
    }
    if (!status.ok()) return fail(translated(status, what));
    return DurableMap{std::unique_ptr<rocksdb::DB>{db}, std::move(what)};
}

Result<std::vector<DurableMap::Entry>> DurableMap::all() const
{
    std::vector<Entry> all;
    const std::unique_ptr<rocksdb::Iterator> at{db_->NewIterator(rocksdb::ReadOptions{})};
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
        all.push_back({at->key().ToString(), at->value().ToString()});
    }
    if (!at->status().ok()) return fail(translated(at->status(), what_));
    return all;
}

Result<void> DurableMap::put(std::string_view key, std::string_view value)
{
    const auto status = db_->Put(synced(), key, value);
    if (!status.ok()) return fail(translated(status, what_));
    return {};
}

Result<void> DurableMap::remove(std::string_view key)
{
    const auto status = db_->Delete(synced(), key);
    if (!status.ok()) return fail(translated(status, what_));
    return {};
}

}  // namespace strait::links
