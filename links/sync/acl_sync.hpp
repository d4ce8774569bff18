#pragma once

#include "core/error.hpp"
#include "kafka/admin.hpp"
#include "links/sync/acl_plan.hpp"
#include "links/sync/acl_records.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace strait::links {

// What a pass is about.
struct AclScope {
    std::vector<TopicPair> topics;  // that are mirrored
    std::set<TopicName> released;   // at the target: their ACLs stay as they are
    std::set<std::string> groups;   // that are synced, by their one name
};

// Copies the source's ACLs that mirrors need, and removes those that it made and that vanished
// there. Every change is logged.
//
// Not thread-safe: the thread of the admin clients, which outlive it like all else it is given.
class AclSync {
  public:
    AclSync(kafka::Admin& source,
            kafka::Admin& target,
            AclRecords& records,
            spdlog::logger& log) noexcept;

    // Looks once, and changes what differs. Fails with Errc::cancelled, and with Errc::fenced when
    // another instance runs the link; all else is trouble() until the next pass.
    boost::asio::awaitable<Result<void>> pass(AclScope scope, AclSyncConfig config);

    // Why the newest pass could not keep the ACLs, or changed nothing; empty if it did.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

  private:
    using Listed = std::vector<kafka::Acl>;

    boost::asio::awaitable<Result<void>> look(const AclScope& scope, const AclSyncConfig& config);
    static boost::asio::awaitable<Result<Listed>> ask(kafka::Admin& cluster, bool groups);
    boost::asio::awaitable<Result<void>> create(std::span<const kafka::Acl> acls,
                                                const Acls& to_claim);
    boost::asio::awaitable<Result<void>> remove(std::span<const kafka::Acl> acls);
    void note_failure(const Error& error);
    [[nodiscard]] Result<void> may_go_on() const;
    void show(std::string trouble);

    kafka::Admin& source_;
    kafka::Admin& target_;
    AclRecords& records_;
    spdlog::logger& log_;
    std::optional<Error> failure_;  // the first of the pass under way, of one ACL
    std::string trouble_;
};

}  // namespace strait::links
