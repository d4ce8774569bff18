#pragma once

#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_group.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/load.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace strait::testing {

// A link of two topics, one of which is told something that the other one does not notice.
struct LinkTwoTopics : ::testing::Test {
    const KafkaCluster& oslo;
    const KafkaCluster& bergen;
    ClientProperties source = oslo.admin_properties();
    ClientProperties target = bergen.admin_properties();
    TopicName name = unique_topic("single");
    TopicName orders{name.value() + ".orders"};
    TopicName payments{name.value() + ".payments"};
    GroupName group{name.value()};
    LinkProcess link{oslo, bergen, keys(name.value() + ".*")};

    explicit LinkTwoTopics(const KafkaCluster& from = SharedClusters::source(),
                           const KafkaCluster& to = SharedClusters::target())
        : oslo{from}, bergen{to}
    {
    }

    void SetUp() override
    {
        for (const auto& topic : {orders, payments}) {
            KafkaAdmin{source}.create_topic(topic, 1, workload_topic_configs());
        }
    }

    static std::string keys(std::string_view include)
    {
        return topic_keys(include, "", "    groups: {interval: 200ms}\n");
    }

    void write(const ClientProperties& cluster, const TopicName& topic, const std::string& value)
    {
        write_all(cluster, {{{topic, Partition{0}}, 0, "k", value, {}}});
    }

    void start_with_one_record_each()
    {
        write(source, orders, "first");
        write(source, payments, "first");
        link.start();
        link.wait_until_copied(orders);
        link.wait_until_copied(payments);
    }

    std::vector<std::string> values_at_target(const TopicName& topic) const
    {
        std::vector<std::string> values;
        for (const auto& record : read_all(target, topic)) {
            values.push_back(record.value.value_or(""));
        }
        return values;
    }

    void commit(Offset in_orders, Offset in_payments)
    {
        KafkaGroup{source, group}.commit({{{orders, Partition{0}}, {in_orders, ""}},
                                          {{payments, Partition{0}}, {in_payments, ""}}});
    }

    // Where the group stands at the target.
    Offset place(const TopicName& topic) const
    {
        const TopicPartition at{topic, Partition{0}};
        const auto committed = KafkaGroup(target, group).committed({at});
        const auto found = committed.find(at);
        return found == committed.end() ? Offset{-1} : found->second.offset;
    }

    CommandResult tell(const std::string& verb, std::vector<std::string> more)
    {
        std::vector<std::string> words{"link", verb, link.name()};
        words.insert(words.end(), more.begin(), more.end());
        return link.strait().run(std::move(words));
    }

    void expect_done(const CommandResult& told)
    {
        EXPECT_EQ(told.exit_code, 0) << told.output << link.strait().log();
    }

    api::TopicDocument wait_until(const TopicName& topic,
                                  std::string_view state,
                                  std::string_view link_state = "active")
    {
        const auto is_there = [&](const api::TopicDocument& each) {
            return each.source == topic.value() && each.state == state;
        };
        const auto status = link.wait_for([&](const auto& status) {
            return status.state == link_state && std::ranges::any_of(status.topics, is_there);
        });
        return *std::ranges::find_if(status.topics, is_there);
    }

    // Operations have come to an end, and one of them to a good one.
    bool all_ended()
    {
        return wait_for([&] {
            const auto all = link.strait().run({"link", "operations", "--json"}).output;
            return all.contains("succeeded") && !all.contains("\"state\":\"running\"");
        });
    }

    static std::string name_of_death(const ::testing::TestParamInfo<std::string_view>& info)
    {
        std::string text{info.param};
        std::erase_if(text, [](char letter) { return letter == '.' || letter == ':'; });
        return text;
    }
};

}  // namespace strait::testing
