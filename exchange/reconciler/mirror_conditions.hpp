#pragma once

#include "catalog/records/access.hpp"
#include "core/units.hpp"
#include "links/link_status.hpp"

#include <optional>
#include <string>
#include <vector>

// What both sides of a subscription are told of its links. Pure.
namespace strait::exchange {

// One link of it as it was found.
struct MirrorReport {
    LinkName link;
    std::optional<links::LinkStatus> status{};  // absent: there is none
    std::string trouble{};                      // why not
};

// In the order of catalog.md 8: the steps, `ready`, and what is wrong besides. None of it names a
// host, a real topic or an error of the other side. `before`: those that it has; what is as it was
// keeps its time.
std::vector<catalog::Condition> conditions_of(const catalog::Subscription& subscription,
                                              const std::vector<MirrorReport>& reports,
                                              Timestamp now);

// The links are cut off, and their targets keep that: nothing is copied any more.
bool have_ended(const std::vector<MirrorReport>& reports);

// Up to where the records have come, and when the last of them did.
struct MirrorEnd {
    std::vector<catalog::LastOffset> last_offsets;
    std::optional<Timestamp> last_byte_at;
};

// REQUIRES: have_ended().
MirrorEnd end_of(const catalog::Subscription& subscription,
                 const std::vector<MirrorReport>& reports);

}  // namespace strait::exchange
