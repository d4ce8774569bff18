#include "links/store/operation_store.hpp"

#include "core/codec.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace strait::links {

namespace {

constexpr std::uint8_t format = 1;

Error translated(const rocksdb::Status& status)
{
    const auto code = status.IsCorruption() ? Errc::corrupt : Errc::unavailable;
    return Error{code, "operations: " + status.ToString()};
}

std::string remedy(const std::filesystem::path& folder)
{
    return ": if no other strait uses " + folder.string() +
           ", and it is damaged, move it away: what was under way has to be asked for again";
}

std::string key_of(OperationId id)
{
    std::string key;
    append_ordered(key, id.value());
    return key;
}

std::string encode(const Operation& operation)
{
    std::string out;
    append_ordered(out, format);
    append_text(out, operation.link.value());
    append_ordered(out, std::to_underlying(operation.verb));
    append_text(out, operation.reason);
    append_ordered(out, std::to_underlying(operation.state));
    append_text(out, operation.detail);
    append_ordered(out, static_cast<std::uint64_t>(operation.started_ms));
    append_ordered(out, static_cast<std::uint64_t>(operation.ended_ms));
    return out;
}

Result<Operation> decode(std::string_view key, std::string_view value)
{
    ByteReader id{key};
    ByteReader in{value};
    if (in.ordered<std::uint8_t>() > format) {
        return fail(Errc::conflict,
                    "operations: written by a newer version of strait: use that one");
    }
    Operation found;
    found.id = OperationId{id.ordered<std::uint64_t>()};
    found.link = LinkName{std::string{in.text()}};
    const auto verb = in.ordered<std::uint8_t>();
    found.reason = in.text();
    const auto state = in.ordered<std::uint8_t>();
    found.detail = in.text();
    found.started_ms = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    found.ended_ms = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    const bool known = verb <= std::to_underlying(Verb::resume) &&
                       state <= std::to_underlying(Operation::State::failed);
    if (!known || !in.ok() || !in.at_end() || !id.ok() || !id.at_end()) {
        return fail(Errc::corrupt, "operations: an entry is unreadable");
    }
    found.verb = Verb{verb};
    found.state = Operation::State{state};
    return found;
}

}  // namespace

OperationStore::OperationStore(std::unique_ptr<rocksdb::DB> db) : db_{std::move(db)} {}
OperationStore::OperationStore(OperationStore&& other) noexcept = default;
OperationStore& OperationStore::operator=(OperationStore&& other) noexcept = default;
OperationStore::~OperationStore() = default;

Result<OperationStore> OperationStore::open(const std::filesystem::path& folder)
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
    if (!status.ok()) {
        const auto error = translated(status);
        return fail(error.code(), error.detail() + remedy(folder));
    }
    OperationStore store{std::unique_ptr<rocksdb::DB>{db}};
    if (const auto readable = store.all(); !readable) {
        const auto& error = readable.error();
        if (error.code() == Errc::conflict) return fail(error);
        return fail(error.code(), error.detail() + remedy(folder));
    }
    return store;
}

Result<std::vector<Operation>> OperationStore::all() const
{
    std::vector<Operation> all;
    const std::unique_ptr<rocksdb::Iterator> at{db_->NewIterator(rocksdb::ReadOptions{})};
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
        auto found = decode(at->key().ToStringView(), at->value().ToStringView());
        if (!found) return fail(found.error());
        all.push_back(*std::move(found));
    }
    if (!at->status().ok()) return fail(translated(at->status()));
    return all;
}

Result<void> OperationStore::put(const Operation& operation)
{
    rocksdb::WriteOptions options;
    options.sync = true;
    const auto status = db_->Put(options, key_of(operation.id), encode(operation));
    if (status.IsNoSpace()) {
        return fail(
            Errc::unavailable,
            "operations: the disk is full: make room under data_dir, and start strait again");
    }
    if (!status.ok()) return fail(translated(status));
    return {};
}

Result<void> OperationStore::remove(OperationId id)
{
    const auto status = db_->Delete(rocksdb::WriteOptions{}, key_of(id));
    if (!status.ok()) return fail(translated(status));
    return {};
}

}  // namespace strait::links
