#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "links/config/link_config.hpp"
#include "links/link_plan.hpp"
#include "links/store/link_view.hpp"
#include "links/sync/config_plan.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <cstddef>
#include <map>
#include <span>
#include <vector>

namespace strait::links {

// How many of the first topics are made ready at once. Some, because each question to the brokers
// costs its turn whatever it asks for; not all of them, because a controller makes the partitions
// of a request in one go, and the first topics would wait for the last.
inline constexpr std::size_t setup_topics_max = 50;
inline constexpr std::size_t setup_partitions_max = 1000;
[[nodiscard]] std::size_t setup_count(std::span<const PlannedTopic* const> topics);

// Makes target topics ready to be mirrored to, as a plan says: created with the configs that a
// mirror needs, adopted, or with partitions added. It changes nothing where nothing is to be done.
// What is held of the source's configs is noted in the view, if there is one.
//
// Not thread-safe: the thread of the admin clients, which outlive it like all else it is given.
class TargetSetup {
  public:
    TargetSetup(const LinkConfig& link,
                kafka::Admin& source,
                kafka::Admin& target,
                LinkView* view,
                Clock& clock,
                spdlog::logger& log) noexcept;

    // The ids of the targets that there are then, in the order of the topics, which are mirrored
    // and outlive the call. One topic's failure is its own.
    boost::asio::awaitable<std::vector<Result<TopicId>>> prepare(
        std::vector<const PlannedTopic*> topics);

  private:
    // What the target is asked for.
    struct Wanted {
        std::vector<kafka::NewTopic> topics;
        std::map<TopicName, kafka::ConfigChanges> configs;
    };

    // What is done about one topic, and what came of it.
    struct Work {
        [[nodiscard]] const Mirrored& mirrored() const { return *planned->mirrored(); }
        [[nodiscard]] bool needs_configs() const;

        const PlannedTopic* planned = nullptr;
        Result<TopicId> id;
    };
    using Works = std::map<TopicName, Work*>;  // by target; those that go on
    using Configs = kafka::EachResult<TopicName, kafka::TopicConfig>;

    boost::asio::awaitable<void> grow(Works& works);
    boost::asio::awaitable<void> configure(Works& works);
    Result<void> configure(const Work& work,
                           const Result<Configs>& at_source,
                           const Result<Configs>& at_target,
                           Wanted& wanted);
    boost::asio::awaitable<void> carry_out(Wanted wanted, Works& works);
    boost::asio::awaitable<void> take_ids(Works& works);

    const LinkConfig& link_;
    kafka::Admin& source_;
    kafka::Admin& target_;
    LinkView* view_;
    Clock& clock_;
    spdlog::logger& log_;
};

}  // namespace strait::links
