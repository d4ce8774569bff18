#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <csignal>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

const KafkaCluster& left() { return SharedClusters::source(); }
const KafkaCluster& right() { return SharedClusters::target(); }

std::vector<NewRecord> numbered(const TopicPartition& at, int first, int count)
{
    std::vector<NewRecord> records;
    for (int i = first; i < first + count; ++i) {
        NewRecord record;
        record.at = at;
        record.value = fmt::format("{} of {}", i, to_string(at));
        records.push_back(std::move(record));
    }
    return records;
}

// Topics that no other test touches; `lost` is the one that things happen to.
struct LinkGapsTest : ::testing::Test {
    ClientProperties source = left().admin_properties();
    ClientProperties target = right().admin_properties();
    KafkaAdmin at_source{source};
    KafkaAdmin at_target{target};
    TopicName stem = unique_topic("gaps");
    TopicName lost{stem.value() + ".lost"};
    TopicName other{stem.value() + ".other"};
    LinkProcess link{left(), right(), keys("")};

    [[nodiscard]] std::string keys(const std::string& policies) const
    {
        return topic_keys(
            stem.value() + ".*", {}, policies.empty() ? "" : "    policies: {" + policies + "}\n");
    }

    [[nodiscard]] TopicPartition of(const TopicName& topic, std::int32_t partition = 0) const
    {
        return {topic, Partition{partition}};
    }

    void write(const TopicPartition& at, int first, int count)
    {
        write_all(source, numbered(at, first, count));
    }

    // A hundred records of `lost` and ten of its neighbour.
    void start_with_both_copied()
    {
        at_source.create_topic(lost);
        at_source.create_topic(other);
        write(of(other), 0, 10);
        write(of(lost), 0, 100);
        link.start();
        link.wait_until_copied(lost);
        link.wait_until_copied(other);
    }

    void restart_with(const std::string& policies)
    {
        link.stop();
        link.configure(keys(policies));
        link.start();
    }

    // Whatever happened to its neighbour, this topic goes on.
    void expect_other_goes_on()
    {
        const auto before = read_all(target, other).size();
        write(of(other), static_cast<int>(before), 10);
        link.wait_until_copied(other);
        EXPECT_EQ(read_all(target, other).size(), before + 10);
    }

    void expect_gap(const TopicPartition& at,
                    const std::string& cause,
                    std::int64_t from,
                    std::int64_t to,
                    bool open = true)
    {
        const auto entries = link.gaps(at);
        ASSERT_EQ(entries.size(), 1U) << to_string(at);
        EXPECT_EQ(entries[0].cause, cause);
        EXPECT_EQ(entries[0].from, from);
        EXPECT_EQ(entries[0].to, to);
        EXPECT_EQ(entries[0].open, open);
    }

    // The last records of the mirror are those of the source, and translate both ways.
    void expect_tail(const TopicName& topic, std::size_t before, std::uint32_t generation)
    {
        const auto wanted = read_all(source, topic);
        auto copied = read_all(target, topic);
        ASSERT_EQ(copied.size(), before + wanted.size());
        copied.erase(copied.begin(), copied.begin() + static_cast<std::ptrdiff_t>(before));
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            ASSERT_EQ(copied[i].value, wanted[i].value);
            const auto [s, t] = std::pair{wanted[i].offset, copied[i].offset};
            const auto forward = link.translate(
                links::Direction::forward, wanted[i].at, s, Offset{s.value() + 1})[0];
            const auto inverse = link.translate(
                links::Direction::inverse, copied[i].at, t, Offset{t.value() + 1})[0];
            EXPECT_EQ(forward.offset, t);
            EXPECT_EQ(forward.generation, Generation{generation});
            EXPECT_EQ(inverse.offset, s);
        }
    }
};

TEST_F(LinkGapsTest, HaltsWhenRetentionPassedAStoppedLinkAndSkipsWhenTold)
{
    at_source.create_topic(lost, 2, workload_topic_configs());
    at_source.create_topic(other);
    write(of(other), 0, 10);
    Workload workload{{.seed = 21, .topic = lost, .partitions = 2}};
    KafkaWriter writer{source};
    auto produced = produce(workload, writer, 400);
    link.start();
    link.wait_until_copied(lost);
    link.stop();
    const auto next = at_source.log_range(of(lost)).end;
    std::ranges::move(produce(workload, writer, 400), std::back_inserter(produced));
    const Offset cut{next.value() + 57};
    at_source.delete_records(of(lost), cut);

    link.start();
    const auto halted = link.wait_for_state(of(lost), "halted");

    EXPECT_EQ(halted.next_source_offset, next.value());
    EXPECT_NE(halted.reason.find("on_gap"), std::string::npos) << halted.reason;
    link.wait_for([&](const auto& status) { return status.gaps.open == 1; });
    expect_gap(of(lost), "log_start_moved", next.value(), cut.value());
    const auto neighbour = at_source.log_range(of(lost, 1)).end.value();
    link.wait_for([&](const auto& status) {
        return find_partition(status, of(lost, 1))->next_source_offset == neighbour;
    });
    expect_other_goes_on();

    restart_with("on_gap: skip");
    link.wait_until_copied(lost);
    expect_gap(of(lost), "log_start_moved", next.value(), cut.value(), false);
    const auto verdict = link.verdict({.topic = lost, .produced = produced});
    EXPECT_TRUE(verdict.passed()) << verdict.text();

    const auto run = [&](std::vector<std::string> words) { return link.strait().run(words); };
    const std::vector<std::string> promotion{"link", "promote", link.name()};
    EXPECT_TRUE(run(promotion).output.contains("acknowledge them with --ack"));
    const std::vector<std::string> listing{"link", "gaps", link.name(), "--ack"};
    auto another = listing;
    another.insert(another.end(), {"7", "--topic", lost.value(), "--partition", "0"});
    EXPECT_TRUE(run(another).output.contains("has no gap 7")) << run(another).output;
    auto all = listing;
    all.insert(all.end(), {"all", "--reason", "test records"});
    const auto noted = run(all);
    EXPECT_EQ(noted.exit_code, 0) << noted.output << link.strait().log();
    EXPECT_TRUE(noted.output.contains("1 gaps acknowledged")) << noted.output;
    EXPECT_TRUE(link.gaps(of(lost))[0].acknowledged_by.contains("test records"));
    EXPECT_EQ(run(promotion).exit_code, 0);
}

TEST_F(LinkGapsTest, HaltsWhenRetentionPassedARunningLinkAndRestartsWhenTold)
{
    const std::string quick_fetches = "    options: {source: {fetch.wait.max.ms: 10}}\n";
    link.configure(keys("") + quick_fetches);
    start_with_both_copied();
    link.strait().signal(SIGSTOP);  // so that it is behind, at a point that the test knows
    for (const auto& topic : {lost, other}) {
        // Meanwhile its last fetch, which would bring what is written now, has found nothing.
        EXPECT_EQ(read_all(target, topic).size(), read_all(source, topic).size());
    }
    write(of(lost), 100, 100);
    at_source.delete_records(of(lost), Offset{170});
    link.strait().signal(SIGCONT);

    link.wait_for_state(of(lost), "halted");

    link.wait_for([&](const auto& status) { return status.gaps.open == 1; });
    expect_gap(of(lost), "log_start_moved", 100, 170);
    expect_other_goes_on();

    restart_with("on_gap: restart");
    link.wait_until_copied(lost);
    expect_gap(of(lost), "log_start_moved", 100, 170, false);
    expect_tail(lost, 100, 1);
}

// Fewer, equal and more records than before: the last two raise no error at the client.
class LinkRecreationTest : public LinkGapsTest, public ::testing::WithParamInterface<int> {};

TEST_P(LinkRecreationTest, HaltsWhileItRunsAndLeavesTheTopicWhenTold)
{
    start_with_both_copied();

    at_source.delete_topic(lost);
    at_source.create_topic(lost);
    write(of(lost), 1000, GetParam());
    const auto halted = link.wait_for_state(of(lost), "halted");

    EXPECT_NE(halted.reason.find("on_recreate"), std::string::npos) << halted.reason;
    link.wait_for([&](const auto& status) { return status.gaps.open == 1; });
    expect_gap(of(lost), "recreated", 100, 100);
    EXPECT_EQ(link.gaps(of(lost))[0].new_topic_id, to_string(*at_source.find_topic_id(lost)));
    expect_other_goes_on();
    EXPECT_EQ(read_all(target, lost).size(), 100U);

    restart_with("on_recreate: skip");
    link.wait_for_state(of(lost), "source_gone");
    expect_other_goes_on();
    EXPECT_EQ(read_all(target, lost).size(), 100U);
}

TEST_P(LinkRecreationTest, HaltsWhenItStartsAndRestartsWhenTold)
{
    start_with_both_copied();
    link.stop();
    at_source.delete_topic(lost);
    at_source.create_topic(lost);
    write(of(lost), 1000, GetParam());

    link.start();
    link.wait_for_state(of(lost), "halted");

    link.wait_for([&](const auto& status) { return status.gaps.open == 1; });
    expect_gap(of(lost), "recreated", 100, 100);
    expect_other_goes_on();
    EXPECT_EQ(read_all(target, lost).size(), 100U);

    restart_with("on_recreate: restart");
    link.wait_until_copied(lost);
    expect_tail(lost, 100, 1);
    expect_gap(of(lost), "recreated", 100, 100, false);
}

INSTANTIATE_TEST_SUITE_P(Sizes, LinkRecreationTest, ::testing::Values(40, 100, 160));

// A partition that was added is in no owner record: the checkpoints alone know of it.
TEST_F(LinkGapsTest, TellsOfPartitionsThatARecreatedTopicHasNoLonger)
{
    start_with_both_copied();
    at_source.add_partitions(lost, 2);
    write(of(lost, 1), 0, 30);
    link.wait_until_copied(lost);

    at_source.delete_topic(lost);
    at_source.create_topic(lost);
    write(of(lost), 1000, 20);
    link.wait_for_state(of(lost), "halted");
    const auto halted = link.wait_for_state(of(lost, 1), "halted");
    EXPECT_NE(halted.reason.find("on_recreate"), std::string::npos) << halted.reason;
    link.wait_for([&](const auto& status) { return status.gaps.open == 2; });
    expect_gap(of(lost, 1), "recreated", 30, 30);
    expect_other_goes_on();

    restart_with("on_recreate: restart");
    link.wait_until_copied(lost);
    link.wait_for_state(of(lost, 1), "source_gone");
    expect_gap(of(lost, 1), "recreated", 30, 30);
    expect_other_goes_on();

    at_source.add_partitions(lost, 2);
    write(of(lost, 1), 2000, 5);
    link.wait_for([&](const auto& status) {
        const auto* const partition = find_partition(status, of(lost, 1));
        return partition->state == "active" && partition->next_source_offset == 5;
    });
    expect_gap(of(lost, 1), "recreated", 30, 30, false);
    EXPECT_EQ(read_all(target, lost).size(), 100U + 30 + 20 + 5);
}

TEST_F(LinkGapsTest, KeepsTheTargetWhenTheSourceIsDeleted)
{
    start_with_both_copied();

    at_source.delete_topic(lost);
    link.wait_for_state(of(lost), "source_gone");

    expect_other_goes_on();
    EXPECT_EQ(read_all(target, lost).size(), 100U);
    EXPECT_FALSE(at_source.find_topic_id(lost)) << "nobody brings it back";
    EXPECT_TRUE(link.gaps(of(lost)).empty()) << "all of it is copied";
}

TEST_F(LinkGapsTest, HaltsWhenTheTargetWasCreatedAgain)
{
    start_with_both_copied();

    at_target.delete_topic(lost);
    at_target.create_topic(lost);
    const auto halted = link.wait_for_state(of(lost), "halted");

    EXPECT_NE(halted.reason.find("target_lost"), std::string::npos) << halted.reason;
    write(of(lost), 100, 10);
    expect_other_goes_on();
    EXPECT_TRUE(read_all(target, lost).empty());
}

TEST_F(LinkGapsTest, TakesNoOtherTopicForTheTargetThatItLost)
{
    link.configure(keys("on_target_lost: restart"));
    start_with_both_copied();
    link.strait().signal(SIGSTOP);  // it would create the target itself
    at_target.delete_topic(lost);
    at_target.create_topic(lost);
    write_all(target, numbered(of(lost), 5000, 3));
    link.strait().signal(SIGCONT);

    const auto halted = link.wait_for_state(of(lost), "halted");
    EXPECT_TRUE(halted.reason.starts_with("existing_target: ")) << halted.reason;
    expect_other_goes_on();
    EXPECT_EQ(read_all(target, lost).size(), 3U);

    at_target.delete_topic(lost);
    link.wait_for_state(of(lost), "active");
    link.wait_until_copied(lost);
    expect_tail(lost, 0, 1);
}

TEST_F(LinkGapsTest, KnowsHowMuchOfARecreatedTopicWasNeverCopied)
{
    at_source.create_topic(lost);
    at_source.create_topic(other);
    write(of(other), 0, 10);
    constexpr int count = 400;
    auto records = numbered(of(lost), 0, count);
    for (auto& record : records) record.value->append(10'000, '.');
    write_all(source, records);
    link.configure(topic_keys(
        stem.value() + ".*", {}, "    policies: {on_recreate: restart}\n", "bandwidth: 200KiB/s"));
    link.start();
    link.wait_for([&](const auto& status) {
        const auto* const partition = find_partition(status, of(lost));
        return partition != nullptr && partition->next_source_offset >= 40;
    });

    at_source.delete_topic(lost);
    at_source.create_topic(lost);
    write(of(lost), 1000, 20);
    link.wait_for([&](const auto& status) { return status.gaps.total == 1; });
    link.wait_until_copied(lost);

    const auto entries = link.gaps(of(lost));
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].cause, "recreated");
    EXPECT_EQ(entries[0].to, count);
    EXPECT_LT(entries[0].from, count);
    expect_tail(lost, static_cast<std::size_t>(entries[0].from), 1);
}

TEST_F(LinkGapsTest, DoesNotBringADeletedTargetBack)
{
    start_with_both_copied();

    at_target.delete_topic(lost);
    write(of(lost), 100, 10);
    const auto halted = link.wait_for_state(of(lost), "halted");

    EXPECT_NE(halted.reason.find("target_lost"), std::string::npos) << halted.reason;
    expect_other_goes_on();
    EXPECT_FALSE(at_target.find_topic_id(lost));
    link.wait_for([&](const auto& status) { return status.gaps.open == 1; });
    expect_gap(of(lost), "target_lost", 0, 100);

    restart_with("on_target_lost: restart");
    link.wait_until_copied(lost);
    expect_tail(lost, 0, 1);
    expect_gap(of(lost), "target_lost", 0, 0, false);
}

}  // namespace
}  // namespace strait::testing
