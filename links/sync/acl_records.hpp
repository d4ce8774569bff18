#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/shard/ports.hpp"
#include "links/store/link_record.hpp"
#include "links/store/link_view.hpp"
#include "links/sync/acl_plan.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <vector>

namespace strait::links {

// What the records of a link's own ACLs are written with; all of it outlives them.
struct AclRecordPorts {
    ShardSink& sink;  // of a transactional id for them alone
    LinkLog& log;
    LinkView& view;
    Clock& clock;
};

// The records (A) of the ACLs that the link has made, which say what it may remove. They are noted
// before the ACLs are made, and go after these, so there is no ACL of ours that is not known here.
//
// Whoever opens them last is the only one that writes, in transactions: an instance that was
// replaced cannot commit any more, and what it committed is read before anything is decided.
//
// Not thread-safe.
class AclRecords {
  public:
    // `term`: of the claim under which the link runs.
    AclRecords(LinkName link, Term term, AclRecordPorts ports);

    // Fences whoever opened them before, and reads what is new. Nothing to do as long as every
    // write succeeds. Errc::fenced if the link has been claimed in a later term.
    boost::asio::awaitable<Result<void>> open();

    [[nodiscard]] Result<Acls> ours() const;

    // One transaction. After a failure it may have happened: open() finds out. REQUIRES: open.
    boost::asio::awaitable<Result<void>> note(const std::vector<kafka::Acl>& made);
    boost::asio::awaitable<Result<void>> forget(const std::vector<kafka::Acl>& removed);

  private:
    boost::asio::awaitable<Result<void>> write(std::vector<LinkRecord> records);
    Result<void> keep(std::span<const LinkRecord> records);

    LinkName link_;
    Term term_;
    AclRecordPorts ports_;
    bool open_ = false;
    bool replaced_ = false;
    std::optional<Offset> read_to_;
};

}  // namespace strait::links
