#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "links/store/link_view.hpp"
#include "links/sync/config_plan.hpp"
#include "links/sync/topic_pair.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace strait::links {

// Keeps the configs of mirror topics as they have to be, and says of which topic it cannot. Every
// value that it changes is logged.
//
// Not thread-safe: the thread of the admin clients, which outlive it like all else it is given.
class ConfigSync {
  public:
    // Of a topic whose configs could not be kept.
    struct Trouble {
        std::string reason;
        bool halts = false;    // a value that the mirror needs is refused: it must not go on
        bool unclear = false;  // whether it has such a value is not known

        bool operator==(const Trouble&) const = default;
    };

    ConfigSync(kafka::Admin& source,
               kafka::Admin& target,
               LinkView& view,
               spdlog::logger& log) noexcept;

    // Looks once at these topics, some at a time, and changes what differs. `synced` is from
    // synced_configs(). True if a topic is to be halted that was not before, or the other way
    // round. Fails with Errc::cancelled alone: one topic's trouble is kept until the next pass.
    boost::asio::awaitable<Result<bool>> pass(std::vector<TopicPair> topics,
                                              std::set<std::string> synced);

    // By source topic; null if nothing is wrong, as far as the newest pass could tell.
    [[nodiscard]] const Trouble* trouble(const TopicName& source) const;

  private:
    using Configs = kafka::EachResult<TopicName, kafka::TopicConfig>;
    using Changes = std::vector<ConfigChange>;

    // What is to be changed of one topic. A wish that is refused must not keep back what is needed:
    // of one topic a request changes all or nothing.
    struct Work {
        TopicPair topic;
        Changes needed;  // required and held
        Changes wished;  // synced
    };

    boost::asio::awaitable<Result<void>> look_at(std::span<const TopicPair> topics,
                                                 const std::set<std::string>& synced);
    std::vector<Work> decide(std::span<const TopicPair> topics,
                             const Configs& at_source,
                             const Configs& at_target,
                             const std::set<std::string>& synced);
    boost::asio::awaitable<Result<void>> carry_out(const std::vector<Work>& all,
                                                   Changes Work::* part);
    void settle(const TopicPair& topic, const Changes& changes, const Result<void>& changed);
    void keep_held(const TopicName& source, HeldValues held);

    // What a failure says of the mirror: nothing that matters to it, nothing at all, or that it
    // lacks something.
    enum class Weight { light, unknown, refused };
    void note(const TopicName& source, const Error& error, Weight weight);
    void log_difference();

    kafka::Admin& source_;
    kafka::Admin& target_;
    LinkView& view_;
    spdlog::logger& log_;
    std::map<TopicName, HeldValues> held_;   // as the view has them
    std::map<TopicName, Trouble> before_;    // of the newest pass that ended, by source
    std::map<TopicName, Trouble> troubles_;  // of the one under way
};

}  // namespace strait::links
