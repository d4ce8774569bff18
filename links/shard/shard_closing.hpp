#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/shard/ports.hpp"
#include "links/shard/shard.hpp"
#include "links/store/link_record.hpp"
#include "links/store/link_view.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace strait::links {

struct ClosingPorts {
    ShardSink& sink;  // of the shard that is closed
    LinkLog& link_log;
    LinkView& view;
    Clock& clock;
};

// Ends a shard whose partitions are going to others, in whatever process it runs: fences it, and
// puts a session of `of.term` in its place, under its own transactional id. Whoever opens that id
// after this reads of a session above its own, and stops; so whatever the shard commits is in the
// log before this returns.
//
// Reads the whole link into `view`, from `from`, and notes it under the number `reader`; returns
// the end. No shard of ours runs meanwhile. Errc::fenced if a later term has the shard already,
// Errc::conflict if its newest transaction is torn; otherwise it may be called again.
boost::asio::awaitable<Result<Offset>> close_shard(ShardSettings of,
                                                   ShardNumber reader,
                                                   Offset from,
                                                   ClosingPorts ports);

// A transaction of these records alone. Unless cancelled, a failure is Errc::unavailable: whether
// it was committed, the log knows. REQUIRES: the sink is open.
boost::asio::awaitable<Result<void>> commit_records(ShardSink& sink,
                                                    TopicPartition place,
                                                    std::vector<LinkRecord> records,
                                                    Clock& clock);

struct EndedLeftovers {
    Clock::Time::duration took;      // of the abort alone
    std::optional<Error> unwritten;  // why the record was not, and so nothing was ended
};

// Aborts a transaction of one record that nobody will see. Records of the sink's transactional id
// that hang in that place, because the target lost the markers of their transaction, end with it:
// a marker ends all that its producer has open in a partition. Harmless where nothing hangs.
// Failures as of commit_records().
// REQUIRES: the sink is open, and in no transaction.
boost::asio::awaitable<Result<EndedLeftovers>> end_leftovers(ShardSink& sink,
                                                             TopicPartition place,
                                                             ShardSession record,
                                                             Clock& clock);

// What an operator is told while a transaction stays open in that place.
std::string open_transaction_text(const TopicPartition& place);

// Errc::corrupt: the view knows what the target acknowledged, and does not have.
Error view_ahead(const Acknowledged& lost);

// Errc::conflict, torn_transaction, if a part of the shard's newest transaction is missing.
Result<void> require_whole(const ShardState& newest);

}  // namespace strait::links
