#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "links/link_plan.hpp"
#include "links/reversal.hpp"
#include "links/running_link.hpp"
#include "links/target_setup.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace strait::links {

// Makes the topics that a reversal copies whole anew at the target of the link that mirrors back,
// as discovery would make them, after it has deleted those that stand there.
//
// Nothing is deleted before all of it may be made and all is as the reversal says, and no topic
// whose id or ends are others than those. Between that last look and the deletion is one request:
// brokers delete by name.
//
// Not thread-safe: control thread. What it is given outlives it.
class TopicRebuilder {
  public:
    TopicRebuilder(RunningLink& link, const RebuildWatch& watch);

    // The topics of the reversal begin with what was made. Errc::conflict if somebody else has made
    // one of them meanwhile, with records in it, or has written to one. After a failure some may be
    // deleted, which the watch was told.
    boost::asio::awaitable<Result<void>> rebuild(Reversal& reversal);

  private:
    boost::asio::awaitable<Result<void>> plan(const Reversal& reversal);
    boost::asio::awaitable<Result<void>> require_unmoved(
        const std::vector<ReversedTopic>& topics) const;
    boost::asio::awaitable<Result<void>> require_right_to_make(const Reversal& reversal);
    boost::asio::awaitable<Result<void>> replace(const ReversedTopic& topic);
    boost::asio::awaitable<Result<void>> remove(const ReversedTopic& topic);
    boost::asio::awaitable<Result<void>> not_removed(const ReversedTopic& topic,
                                                     Error error,
                                                     bool sent);
    boost::asio::awaitable<Result<bool>> is_there(const ReversedTopic& topic, bool asked) const;
    boost::asio::awaitable<Result<void>> make(ReversedTopic& topic);
    boost::asio::awaitable<Result<TopicId>> make_once(const ReversedTopic& topic);
    boost::asio::awaitable<Result<std::vector<Offset>>> empty_ends(const TopicName& topic) const;
    [[nodiscard]] bool is_over() const { return link_.ending || watch_.of.is_over(); }
    boost::asio::awaitable<Result<void>> wait(Clock::Time::duration time);

    RunningLink& link_;
    const RebuildWatch& watch_;
    TargetSetup setup_;
    std::map<TopicName, PlannedTopic> planned_;  // by target
};

// Empty if there is no such topic.
boost::asio::awaitable<Result<std::optional<kafka::TopicDescription>>> describe_one(
    kafka::Admin& admin, TopicName topic);

// False if one of its partitions has a record, or had.
boost::asio::awaitable<Result<bool>> is_empty(kafka::Admin& admin,
                                              const kafka::TopicDescription& topic);

}  // namespace strait::links
