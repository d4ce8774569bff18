#include "links/store/local_view.hpp"

#include "core/codec.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/version.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace strait::links {

namespace {

using enum ViewFamily;

constexpr auto condemned_name = "CONDEMNED";
constexpr auto damaged_infix = ".damaged-";
constexpr auto room_min = std::uint64_t{1} << 20U;  // beside what is in the logs

std::string format_key() { return link_prefix(0) + "f"; }

std::string number_key(const LinkName& name) { return link_prefix(0) + "n" + name.value(); }

rocksdb::DBOptions database_options(rocksdb::Env* env)
{
    rocksdb::DBOptions options;
    options.env = env;
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    options.paranoid_checks = true;
    options.track_and_verify_wals_in_manifest = true;
    options.max_open_files = 128;
    options.db_write_buffer_size = std::size_t{16} << 20U;
    options.max_total_wal_size = std::uint64_t{16} << 20U;
    options.keep_log_file_num = 2;
    options.max_log_file_size = std::size_t{1} << 20U;
    options.max_bgerror_resume_count = 0;  // see WriteStop
    options.info_log_level = rocksdb::WARN_LEVEL;
    return options;
}

rocksdb::ColumnFamilyOptions family_options()
{
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(std::size_t{16} << 20U);
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;

    rocksdb::ColumnFamilyOptions options;
    options.write_buffer_size = std::size_t{4} << 20U;
    options.compression = rocksdb::kNoCompression;  // varints of differences are dense already
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return options;
}

// True if another try cannot help, because it is the bytes that are wrong.
bool is_damage(const rocksdb::Status& status)
{
    return status.IsCorruption() || status.IsPathNotFound() || status.IsNotFound() ||
           status.IsInvalidArgument() || status.IsNotSupported();
}

Error unusable(const std::string& folder, const rocksdb::Status& status)
{
    return Error{Errc::unavailable, "local view " + folder + ": " + status.ToString()};
}

// Holds the folder's lock as an open database does.
class FolderLock {
  public:
    explicit FolderLock(rocksdb::Env* env) : env_{env} {}
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

    ~FolderLock()
    {
        if (lock_ != nullptr) env_->UnlockFile(lock_).PermitUncheckedError();
    }

    Result<void> take(const std::string& folder)
    {
        auto status = env_->CreateDirIfMissing(folder);
        if (!status.ok()) return fail(unusable(folder, status));
        status = env_->LockFile(folder + "/LOCK", &lock_);
        if (status.ok()) return {};
        if (status.ToString().contains("while open")) return fail(unusable(folder, status));
        return fail(
            Errc::conflict,
            "another strait process uses this data_dir (" + folder +
                " is locked): stop it, or give this one its own data_dir: " + status.ToString());
    }

  private:
    rocksdb::Env* env_;
    rocksdb::FileLock* lock_ = nullptr;
};

// Why the files cannot be a database of ours, as far as their names tell.
std::optional<std::string> damage_of_files(rocksdb::Env* env, const std::string& folder)
{
    std::string reason;
    if (rocksdb::ReadFileToString(env, folder + "/" + condemned_name, &reason).ok()) return reason;
    if (env->FileExists(folder + "/CURRENT").ok()) return std::nullopt;

    std::vector<std::string> names;
    env->GetChildren(folder, &names).PermitUncheckedError();
    const auto is_data = [](std::string_view name) {
        return name.starts_with("MANIFEST") || name.ends_with(".sst");
    };
    if (std::ranges::none_of(names, is_data)) return std::nullopt;
    return "its file CURRENT is missing";
}

std::vector<int> damaged_numbers(rocksdb::Env* env, const std::filesystem::path& folder)
{
    std::vector<std::string> names;
    env->GetChildren(folder.parent_path().string(), &names).PermitUncheckedError();
    const auto prefix = folder.filename().string() + damaged_infix;
    std::vector<int> numbers;
    for (const auto& name : names) {
        int number = 0;
        const auto* const end = name.data() + name.size();
        if (!name.starts_with(prefix)) continue;
        const auto parsed = std::from_chars(name.data() + prefix.size(), end, number);
        if (parsed.ec == std::errc{} && parsed.ptr == end) numbers.push_back(number);
    }
    std::ranges::sort(numbers);
    return numbers;
}

// As far as it can be: what stays costs space, and the next time it is tried again.
void remove_folder(rocksdb::Env* env, const std::string& folder)
{
    std::vector<std::string> names;
    env->GetChildren(folder, &names).PermitUncheckedError();
    for (const auto& name : names) {
        env->DeleteFile(std::filesystem::path{folder} / name).PermitUncheckedError();
    }
    env->DeleteDir(folder).PermitUncheckedError();
}

// The new name of the folder.
Result<std::string> set_aside(rocksdb::Env* env, const std::filesystem::path& folder)
{
    FolderLock lock{env};
    if (auto taken = lock.take(folder.string()); !taken) return fail(taken.error());

    auto numbers = damaged_numbers(env, folder);
    const auto name_of = [&](int number) {
        return folder.string() + damaged_infix + std::to_string(number);
    };
    numbers.push_back(numbers.empty() ? 1 : numbers.back() + 1);
    auto name = name_of(numbers.back());
    const auto status = env->RenameFile(folder.string(), name);
    if (!status.ok()) return fail(unusable(folder.string(), status));

    const auto count = static_cast<int>(numbers.size()) - LocalView::damaged_kept_max;
    for (int i = 0; i < count; ++i) {
        remove_folder(env, name_of(numbers.at(static_cast<std::size_t>(i))));
    }
    return name;
}

}  // namespace

// Sees the first failure of a write, a flush or a compaction. RocksDB's own recovery from a full
// disk uses the log again that it could not append to, and ends the process (facebook/rocksdb
// #11643): it is not allowed to begin.
class LocalView::WriteStop final : public rocksdb::EventListener {
  public:
    void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                           rocksdb::Status* /*error*/) override
    {
        stopped_ = true;
    }

    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                              rocksdb::Status /*error*/,
                              bool* auto_recovery) override
    {
        *auto_recovery = false;
    }

    [[nodiscard]] bool stopped() const { return stopped_; }

  private:
    std::atomic<bool> stopped_ = false;
};

LocalView::LocalView(std::unique_ptr<rocksdb::DB> db,
                     const ViewDatabase& database,
                     std::shared_ptr<const WriteStop> stop)
    : db_{std::move(db)}, database_{database}, stop_{std::move(stop)}
{
}

LocalView::LocalView(LocalView&& other) noexcept
    : db_{std::move(other.db_)},
      database_{std::exchange(other.database_, {})},
      stop_{std::move(other.stop_)}
{
}

LocalView& LocalView::operator=(LocalView&& other) noexcept
{
    std::swap(db_, other.db_);
    std::swap(database_, other.database_);
    std::swap(stop_, other.stop_);
    return *this;
}

LocalView::~LocalView()
{
    for (auto* const family : database_.families) {
        if (family != nullptr) db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
}

// Errc::corrupt where another try cannot help.
Result<LocalView> LocalView::open_database(const std::string& folder, rocksdb::Env* env)
{
    const auto options = family_options();
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.reserve(view_family_names.size() + 1);
    for (const auto* const name : view_family_names) families.emplace_back(name, options);
    families.emplace_back(rocksdb::kDefaultColumnFamilyName, options);  // RocksDB insists; empty

    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    auto stop = std::make_shared<WriteStop>();
    auto opening = database_options(env);
    opening.listeners.push_back(stop);
    const auto status = rocksdb::DB::Open(opening, folder, families, &handles, &db);
    if (is_damage(status)) return fail(Errc::corrupt, status.ToString());
    if (!status.ok()) return fail(unusable(folder, status));

    ViewDatabase database{.db = db, .families = {}};
    std::unique_ptr<rocksdb::DB> owned{db};
    db->DestroyColumnFamilyHandle(handles.back()).PermitUncheckedError();
    std::copy_n(handles.begin(), database.families.size(), database.families.begin());
    LocalView view{std::move(owned), database, std::move(stop)};
    if (auto good = view.check(); !good) return fail(good.error());
    return view;
}

// The format is the first entry that is ever made, and sorts before all others.
Result<void> LocalView::check()
{
    auto* const family = database_.in(meta);
    const std::unique_ptr<rocksdb::Iterator> first{
        db_->NewIterator(rocksdb::ReadOptions{}, family)};
    first->SeekToFirst();
    if (!first->status().ok()) return fail(translated(first->status()));
    if (!first->Valid()) {
        const auto status =
            db_->Put(rocksdb::WriteOptions{}, family, format_key(), link_prefix(view_format));
        if (!status.ok()) return fail(translated(status));
        return {};
    }
    if (first->key() != format_key() || first->value() != link_prefix(view_format)) {
        return fail(Errc::corrupt, "it is of another version's format");
    }
    const auto status = db_->VerifyChecksum();
    if (!status.ok()) return fail(translated(status));
    return {};
}

Result<LocalView::Opened> LocalView::open(const std::filesystem::path& folder, rocksdb::Env* env)
{
    std::optional<std::string> damage;
    {
        FolderLock lock{env};
        if (auto taken = lock.take(folder.string()); !taken) return fail(taken.error());
        damage = damage_of_files(env, folder.string());
    }
    if (!damage) {
        auto view = open_database(folder.string(), env);
        if (view) return Opened{.view = *std::move(view), .reason = {}};
        if (view.error().code() != Errc::corrupt) return fail(view.error());
        damage = view.error().detail();
    }

    const auto aside = set_aside(env, folder);
    if (!aside) return fail(aside.error());
    auto view = open_database(folder.string(), env);
    if (!view) return fail(view.error());
    return Opened{
        .view = *std::move(view), .rebuilt = true, .reason = *damage + "; kept as " + *aside};
}

Result<LinkView> LocalView::link(const LinkName& name)
{
    const auto stored = database_.get(meta, number_key(name));
    if (!stored) return fail(stored.error());
    if (!stored->empty()) {
        ByteReader in{*stored};
        const auto number = in.ordered<std::uint32_t>();
        if (!in.ok() || !in.at_end()) return fail(Errc::corrupt, "local view: number of a link");
        return LinkView{database_, number, name};
    }

    std::uint32_t number = 1;
    const std::unique_ptr<rocksdb::Iterator> at{
        db_->NewIterator(rocksdb::ReadOptions{}, database_.in(meta))};
    const auto names = number_key(LinkName{});
    for (at->Seek(names); at->Valid() && at->key().starts_with(names); at->Next()) ++number;
    if (!at->status().ok()) return fail(translated(at->status()));
    const auto status = db_->Put(
        rocksdb::WriteOptions{}, database_.in(meta), number_key(name), link_prefix(number));
    if (!status.ok()) return fail(translated(status));
    return LinkView{database_, number, name};
}

Result<void> LocalView::condemn(const std::string& reason)
{
    const auto file = db_->GetName() + "/" + condemned_name;
    const auto status = rocksdb::WriteStringToFile(db_->GetEnv(), reason, file);
    if (!status.ok()) return fail(translated(status));
    return {};
}

bool LocalView::stopped() const { return stop_->stopped(); }

// A new manifest and log, and what the old logs hold, as tables.
bool LocalView::has_room() const
{
    std::uint64_t room = 0;
    if (!db_->GetEnv()->GetFreeSpace(db_->GetName(), &room).ok()) return true;

    std::vector<rocksdb::Env::FileAttributes> files;
    db_->GetEnv()->GetChildrenFileAttributes(db_->GetName(), &files).PermitUncheckedError();
    std::uint64_t needed = room_min;
    for (const auto& file : files) {
        if (file.name.ends_with(".log")) needed += file.size_bytes;
    }
    return room >= needed;
}

std::string LocalView::library_version() { return rocksdb::GetRocksVersionAsString(); }

}  // namespace strait::links
