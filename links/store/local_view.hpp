#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/store/link_view.hpp"
#include "links/store/view_keys.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <filesystem>
#include <memory>
#include <string>

namespace strait::links {

// What all links of this node know of `_strait.links`, in one RocksDB. Only a view: nothing is
// synced, and whatever is lost or damaged is read again from the target. Memory and open files are
// bounded, however large it grows.
//
// link() on one thread at a time; what it returns may be used on any, as long as the view lives.
class LocalView {
  public:
    struct Opened;

    static constexpr int damaged_kept_max = 2;

    // Opens what is in `folder`, or makes it. All of it is read and checked; a database that is
    // damaged, or of another version, is renamed to `folder`.damaged-<n>, of which the newest
    // damaged_kept_max stay, and an empty one takes its place.
    //
    // Errc::conflict if another process has it open; Errc::unavailable for a full or failing disk.
    // Blocks for as long as reading takes. `env` outlives the view.
    static Result<Opened> open(const std::filesystem::path& folder,
                               rocksdb::Env* env = rocksdb::Env::Default());

    // The version of RocksDB that is linked.
    static std::string library_version();

    LocalView(LocalView&& other) noexcept;
    LocalView& operator=(LocalView&& other) noexcept;
    LocalView(const LocalView&) = delete;
    LocalView& operator=(const LocalView&) = delete;
    ~LocalView();

    // The part of a link, empty if there was none.
    Result<LinkView> link(const LinkName& name);

    // After Errc::corrupt from a LinkView: the next open() sets this database aside. Until then
    // what can be read stays readable; the owner stops its links, closes the view and opens it.
    Result<void> condemn(const std::string& reason);

    // True once the disk has refused bytes: from then on every write is Errc::unavailable, because
    // RocksDB cannot go on with a log that it could not append to. What can be read stays readable;
    // the owner stops its links, closes the view and opens it, as soon as has_room(). Any thread.
    [[nodiscard]] bool stopped() const;

    // True if open() would find room for what it has to write.
    [[nodiscard]] bool has_room() const;

  private:
    class WriteStop;

    LocalView(std::unique_ptr<rocksdb::DB> db,
              const ViewDatabase& database,
              std::shared_ptr<const WriteStop> stop);

    static Result<LocalView> open_database(const std::string& folder, rocksdb::Env* env);
    Result<void> check();

    std::unique_ptr<rocksdb::DB> db_;
    ViewDatabase database_;
    std::shared_ptr<const WriteStop> stop_;  // RocksDB shares it
};

struct LocalView::Opened {
    LocalView view;
    bool rebuilt = false;  // an older one could not be used: everything has to be read again
    std::string reason;    // why, and where it was put
};

}  // namespace strait::links
