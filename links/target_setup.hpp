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

namespace strait::links {

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

    // The id of the target that there is then.
    boost::asio::awaitable<Result<TopicId>> prepare(const PlannedTopic& planned,
                                                    const Mirrored& mirrored);

  private:
    struct Configs {
        kafka::TopicConfig source;
        kafka::TopicConfig target;
    };

    boost::asio::awaitable<Result<void>> change(const PlannedTopic& planned,
                                                const Mirrored& mirrored);
    boost::asio::awaitable<Result<void>> create(const PlannedTopic& planned,
                                                const Mirrored& mirrored);
    boost::asio::awaitable<Result<void>> adopt(TopicName source, TopicName target);
    boost::asio::awaitable<Result<TopicId>> id_of(TopicName target);
    boost::asio::awaitable<Result<Configs>> configs_of(TopicName source, TopicName target);

    const LinkConfig& link_;
    kafka::Admin& source_;
    kafka::Admin& target_;
    LinkView* view_;
    Clock& clock_;
    spdlog::logger& log_;
};

}  // namespace strait::links
