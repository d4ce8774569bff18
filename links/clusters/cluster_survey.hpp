#pragma once

#include "kafka/admin.hpp"
#include "links/clusters/target_log.hpp"
#include "links/clusters/visible_records.hpp"
#include "links/config/link_config.hpp"
#include "links/shard/ports.hpp"

#include <boost/asio/awaitable.hpp>

namespace strait::links {

// Survey over the admin clients of a link. Its calls may come from any thread: they are made on the
// thread of the clients.
class ClusterSurvey final : public Survey {
  public:
    // Both outlive it.
    ClusterSurvey(LinkAdmins& admins, const LinkConfig& link, ReaderPorts reader);

    boost::asio::awaitable<Result<Facts>> facts(std::vector<Mirror> mirrors) override;
    boost::asio::awaitable<Result<Ends>> target_ends(std::set<TopicPartition> targets) override;
    boost::asio::awaitable<Result<std::map<TopicPartition, bool>>> visible(
        std::map<TopicPartition, Offset> records) override;
    boost::asio::awaitable<Result<Chains>> find_copies(Tails tails) override;
    boost::asio::awaitable<Result<Ids>> source_ids(std::set<TopicName> topics,
                                                   Clock::Time deadline) override;
    boost::asio::awaitable<Result<void>> raise_record_limit(TopicName source,
                                                            TopicName target) override;

  private:
    boost::asio::awaitable<Result<Facts>> look(std::vector<Mirror> mirrors);
    boost::asio::awaitable<Result<Ends>> look_at_ends(std::set<TopicPartition> targets);
    boost::asio::awaitable<Result<void>> raise(TopicName source, TopicName target);

    LinkAdmins& admins_;
    const LinkConfig& link_;
    ReaderPorts reader_;
};

// What a topic's id stands for where the brokers know none: the same for the same name, so that the
// protocol goes on, though a recreated topic is then found by its offsets only.
TopicId identity_of(const TopicName& topic, const TopicId& id);

}  // namespace strait::links
