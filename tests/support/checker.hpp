#pragma once

#include "core/ids.hpp"
#include "links/store/gap.hpp"
#include "links/store/link_record.hpp"
#include "links/store/translation.hpp"
#include "tests/support/seen_record.hpp"
#include "tests/support/verdict.hpp"
#include "tests/support/workload.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace strait::testing {

// All that is known of one partition mirror, one generation of it. The records of a workload carry
// their identity; each other record at the target counts as one that should not be there.
struct PartitionEvidence {
    TopicPartition source;
    TopicPartition target;
    std::vector<SeenRecord> source_records;  // read_committed, ascending: the truth
    std::vector<SeenRecord> target_records;  // read_committed, ascending
    std::vector<ProducedRecord> produced;    // the producers' logs, for what the source has lost
    std::vector<links::Gap> gaps;            // the ledger of this partition
    Offset start;                            // the first source offset that had to be copied
    std::optional<Offset> until;             // the checkpoint; absent: not known, all is copied
    Offset source_log_start;
    bool compacted = false;  // a record may give way to a later one of its key
};

// Asks the offset map of the link: forward with a partition of the source, inverse with one of the
// target.
using Translate =
    std::function<links::Translation(links::Direction, const TopicPartition&, Offset)>;

// Holds the target against the source: I1 to I5, I7 and I9. Without `translate` I5 is not checked.
// Pure, but for what `translate` does.
void check_partition(const PartitionEvidence& evidence,
                     const Translate& translate,
                     Verdict& verdict);

// The records of `_strait.links` in the order of the log, none compacted away: sessions never go
// back, transaction numbers of a shard and sequence numbers of a partition have no holes, each
// transaction has all its checkpoints, and no position goes back (I7).
void check_links_records(const std::vector<links::LinkRecord>& records, Verdict& verdict);

}  // namespace strait::testing
