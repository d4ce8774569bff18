#pragma once

#include "catalog/audit/audit_entry.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/answers.hpp"
#include "catalog/store/draft.hpp"
#include "catalog/store/reader.hpp"
#include "catalog/store/usage_ledger.hpp"
#include "core/error.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace rocksdb {
class Env;
}

namespace strait::catalog {

// What a command decides with: it reads and changes the draft, or refuses.
using Decide = std::function<Outcome<void>(Draft& draft)>;

// The same, of a call that may come again: also what it is then answered.
using DecideAnswer = std::function<Outcome<StoredAnswer>(Draft& draft)>;

// The truth of the catalog, in RocksDB; catalog/FORMAT.md has its layout. Each command that changes
// something is one write, synced before execute() returns: its records, all that is found from
// them, one entry of the audit, one of the change feed, the answer of a named call and the next
// revision. So a command is there as a whole or not at all.
//
// Calls block. One execute(), prune() or count() at a time, of whichever thread: whoever shares it
// runs them one after the other. All else is safe at any time.
class CatalogStore {
  public:
    // Makes it if there is none. Errc::conflict if another process has it open, or if it is of a
    // newer program; Errc::corrupt for damage. `env`: for tests without a disk; it outlives this.
    static Result<CatalogStore> open(const std::filesystem::path& folder,
                                     rocksdb::Env* env = nullptr);

    CatalogStore(const CatalogStore&) = delete;
    CatalogStore& operator=(const CatalogStore&) = delete;
    CatalogStore(CatalogStore&& other) noexcept;
    CatalogStore& operator=(CatalogStore&& other) noexcept;
    ~CatalogStore();

    // Lets `decide` make its changes, and writes them. The verb and the object of `act` are those
    // that the draft is told. A command that changes nothing, because its verb took effect before,
    // succeeds without a revision and without an entry.
    //
    // When a write fails nobody knows what the disk has: from then on every command is refused as
    // `unavailable`, or `storage_full`, until the catalog is opened again. Reads go on.
    Outcome<void> execute(const AuditedAct& act, Timestamp now, const Decide& decide);

    // The same, once for each name of a call: `decide` is asked only if the call is fresh. Its
    // answer is kept even if nothing changed; that of a refusal is not, and its key may be used
    // again. Refused as `invalid_request` if the key is none.
    Outcome<Answered> execute(const AuditedAct& act,
                              Timestamp now,
                              const NamedCall& call,
                              const DecideAnswer& decide);

    // Removes changes and answers whose time is over, up to `count_max` of each, and returns how
    // many entries went: if any, more may be due. A failed write is that of a command.
    Result<std::size_t> prune(Timestamp now, std::size_t count_max);

    // Counts what subscriptions were given. It is on the disk at the latest with the next command:
    // what a crash takes of it is reported again. A failed write is that of a command.
    Result<void> count(std::span<const UsageReport> reports, Timestamp now);

    // The catalog as it is now, however long it is looked at.
    [[nodiscard]] std::shared_ptr<const Reader> read() const;

    // The same, for one question that must not wait for the disk.
    [[nodiscard]] std::unique_ptr<const AtHandReader> read_at_hand() const;

    // The end of the exchange's chain, whose seq is the revision of the last command, and the end
    // of an organisation's own.
    [[nodiscard]] Result<ChainHead> head() const;
    [[nodiscard]] Result<ChainHead> head(OrganisationId organisation) const;

  private:
    class Database;

    explicit CatalogStore(std::unique_ptr<Database> database);

    std::unique_ptr<Database> database_;
};

}  // namespace strait::catalog
