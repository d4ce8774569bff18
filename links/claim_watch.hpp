#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/store/link_record.hpp"

#include <optional>
#include <span>

namespace strait::links {

// Whether a link is still run by the instance that claimed it, by the owner records since that
// claim: where the target has no transactions, nothing else ends an instance that was replaced.
//
// Pure.
class ClaimWatch {
  public:
    explicit ClaimWatch(Term ours) noexcept : ours_{ours} {}

    // What the log has behind the place where the claim was decided, in order, the claim included.
    void take(std::span<const LinkRecord> records);

    // Errc::fenced if a later instance runs the link, and Errc::unavailable if another one claimed
    // it in the same moment: the next claim decides between the two.
    [[nodiscard]] std::optional<Error> end() const;

  private:
    Term ours_;
    Term newest_;
    int claims_ = 0;  // in our term; one is ours
};

}  // namespace strait::links
