#pragma once

#include "links/store/link_record.hpp"

#include <span>
#include <vector>

namespace strait::links {

// In what parts the records of a step get into `_strait.links` where no transaction keeps them
// together: each part is appended when all before it are there. A ledger entry comes before the
// position that passes it, or records would be missing without one, and is open until that is
// there, because they may arrive after all; then it is as it was to be. None is empty.
std::vector<std::vector<LinkRecord>> in_log_order(std::span<const LinkRecord> records);

}  // namespace strait::links
