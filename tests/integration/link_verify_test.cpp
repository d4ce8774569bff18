#include "links/store/link_record.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/load.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <ranges>
#include <string>
#include <variant>
#include <vector>

namespace strait::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::int32_t partitions = 2;

// A link that is held against its clusters.
struct LinkVerifyTest : ::testing::Test {
    ClientProperties oslo = SharedClusters::source().admin_properties();
    ClientProperties bergen = SharedClusters::target().admin_properties();
    TopicName orders = unique_topic("verify");
    LinkProcess link{SharedClusters::source(), SharedClusters::target(), keys()};

    void SetUp() override
    {
        KafkaAdmin{oslo}.create_topic(orders, partitions, workload_topic_configs());
    }

    [[nodiscard]] std::string keys() const { return topic_keys(orders.value()); }

    [[nodiscard]] TopicPartition at(std::int32_t partition) const
    {
        return {orders, Partition{partition}};
    }

    CommandResult tell(const std::string& verb, std::vector<std::string> more = {})
    {
        std::vector<std::string> words{"link", verb, link.name()};
        words.insert(words.end(), more.begin(), more.end());
        return link.strait().run(std::move(words));
    }

    void expect_clean(std::vector<std::string> more = {})
    {
        const auto told = tell("verify", std::move(more));
        EXPECT_EQ(told.exit_code, 0) << told.output << link.strait().log();
        const auto verified = fmt::format("{0} of {0} partitions", partitions);
        EXPECT_TRUE(told.output.contains(verified)) << told.output;
    }

    void expect_found(const std::string& difference, std::vector<std::string> more = {})
    {
        const auto told = tell("verify", std::move(more));
        EXPECT_EQ(told.exit_code, 1) << told.output << link.strait().log();
        EXPECT_TRUE(told.output.contains(difference)) << told.output << link.strait().log();
    }

    static Offset end_of(const ClientProperties& cluster, const TopicPartition& place)
    {
        return KafkaAdmin{cluster}.log_range(place).end;
    }

    // Returns where it is.
    static Offset write(const ClientProperties& cluster,
                        const TopicPartition& place,
                        const std::string& value)
    {
        const auto offset = end_of(cluster, place);
        write_all(cluster, {{place, 0, "k", value, {}}});
        return offset;
    }

    void copy(std::int32_t partition, int count)
    {
        for (int i = 0; i < count; ++i) write(oslo, at(partition), fmt::format("v{}", i));
        link.wait_until_copied(orders);
    }

    // Another checkpoint behind the newest one of a partition, as if the link had written it.
    void forge(std::int32_t partition, const std::function<void(links::OffsetBlock&)>& change)
    {
        const TopicName log{"_strait.links"};
        std::optional<links::Checkpoint> newest;
        Partition place;
        for (const auto& record : read_all(bergen, log)) {
            const auto found = links::decode_record(record.key.value(), record.value);
            const auto* const read = found ? std::get_if<links::Checkpoint>(&*found) : nullptr;
            if (read == nullptr || read->link.value() != link.name()) continue;
            if (read->partition != Partition{partition}) continue;
            if (!newest || newest->seq < read->seq) newest = *read;
            place = record.at.partition;
        }
        ASSERT_TRUE(newest);
        change(newest->block);
        newest->seq = PartitionSeq{newest->seq.value() + 1};
        newest->txn_no = TxnNo{newest->txn_no.value() + 1};
        newest->touched = 1;
        const links::LinkRecord record{*newest};
        write_all(bergen,
                  {{{log, place},
                    0,
                    links::encode_key(links::key_of(record)),
                    links::encode_value(record),
                    {}}});
    }
};

TEST_F(LinkVerifyTest, FindsNothingWhileALoadIsWritten)
{
    Load load{oslo, {.topic = orders, .partitions = partitions}, orders.value(), 400};
    link.start();
    ASSERT_TRUE(load.wait_for(600, 30s));
    for (std::int32_t i = 0; i < partitions; ++i) link.wait_until_passed(at(i), Offset{100});
    for (int i = 0; i < 3; ++i) {
        expect_clean();
        expect_clean({"--structure"});
        expect_clean({"--target"});
    }
    load.finish();
    link.wait_until_copied(orders);
    expect_clean({"--full", "--topic", orders.value()});

    const auto plan = tell("verify", {"--dry-run"});
    EXPECT_EQ(plan.exit_code, 0) << plan.output;
    EXPECT_TRUE(plan.output.contains("compare each record with its copy")) << plan.output;
    expect_found("mirrors no topic nowhere", {"--topic", "nowhere"});
}

// What was deleted on purpose is no difference, on whichever side.
TEST_F(LinkVerifyTest, LetsRecordsBeDeleted)
{
    link.start();
    for (std::int32_t i = 0; i < partitions; ++i) copy(i, 20);
    KafkaAdmin{bergen}.delete_records(at(0), Offset{5});
    KafkaAdmin{oslo}.delete_records(at(1), Offset{7});
    expect_clean();
    EXPECT_EQ(tell("pause").exit_code, 0);
    expect_clean();
    EXPECT_EQ(tell("resume").exit_code, 0);
    EXPECT_TRUE(wait_for([&] { return tell("promote").exit_code == 0; })) << tell("promote").output;
    const auto promoted = tell("promote", {"--yes"});
    ASSERT_EQ(promoted.exit_code, 0) << promoted.output;
    write(bergen, at(0), "not ours any more");
    expect_clean();
}

TEST_F(LinkVerifyTest, FindsWhatOthersWriteIntoAMirror)
{
    link.start();
    copy(0, 10);
    copy(1, 10);
    const auto between = write(bergen, at(0), "strange");
    copy(0, 10);
    const auto text = fmt::format(
        "{}: target offset {} was not written by the link", to_string(at(0)), between.value());
    expect_found(text);
    expect_found("1 of 2 partitions identical: " + to_string(at(1)) + " through source offset 9");

    EXPECT_EQ(tell("pause").exit_code, 0);
    const auto behind = write(bergen, at(1), "strange");
    expect_found(
        fmt::format("{}: target offset {} was not written", to_string(at(1)), behind.value()));
    expect_found(text);
    expect_clean({"--structure"});
}

TEST_F(LinkVerifyTest, FindsRecordsThatDifferAndThatAreMissing)
{
    link.start();
    copy(0, 10);
    copy(1, 10);
    link.stop();
    const auto original = write(oslo, at(0), "right");
    const auto damaged = write(bergen, at(0), "wrong");
    forge(0, [&](links::OffsetBlock& block) { EXPECT_TRUE(extend(block, original, damaged)); });
    const auto passed_over = write(oslo, at(1), "right");
    forge(1, [&](links::OffsetBlock& block) { skip_to(block, Offset{passed_over.value() + 1}); });
    link.start();
    link.wait_for_state(at(0), "active");
    link.wait_for_state(at(1), "active");

    expect_found(fmt::format("{}: the value of target offset {} is not that of source offset {}",
                             to_string(at(0)),
                             damaged.value(),
                             original.value()));
    expect_found(fmt::format("{}: the records at target offsets [0, {}) are not all as they were",
                             to_string(at(0)),
                             damaged.value() + 1),
                 {"--target"});
    expect_found(fmt::format(
        "{}: source offset {} was not mirrored", to_string(at(1)), passed_over.value()));
}

// A damaged record is found wherever it is looked at, and nowhere else.
TEST_F(LinkVerifyTest, ComparesOnlyTheRangeOrTheSampleThatIsAskedFor)
{
    link.start();
    copy(0, 10);
    copy(1, 10);
    link.stop();
    const auto original = write(oslo, at(0), "right");
    const auto damaged = write(bergen, at(0), "wrong");
    forge(0, [&](links::OffsetBlock& block) { EXPECT_TRUE(extend(block, original, damaged)); });
    link.start();
    copy(0, 10);
    const auto place = original.value();
    const auto text = fmt::format("the value of target offset {} is not", damaged.value());
    const auto range = [&](std::int64_t from, std::int64_t to) {
        return std::vector<std::string>{
            "--topic", orders.value(), "--from", std::to_string(from), "--to", std::to_string(to)};
    };
    expect_found(text);
    expect_found(text, {"--sample", "1"});
    expect_found(text, {"--topic", orders.value(), "--partition", "0"});
    expect_found(text, range(0, place + 1));
    expect_found(text, range(place, place + 1));
    expect_clean(range(0, place));
    expect_clean(range(place + 1, place + 5));
    const auto other = tell("verify", {"--topic", orders.value(), "--partition", "1"});
    EXPECT_EQ(other.exit_code, 0) << other.output;
    EXPECT_TRUE(other.output.contains("1 of 1 partitions identical")) << other.output;
    EXPECT_TRUE(other.output.contains("; 10 records compared")) << other.output;
    const auto few = tell("verify", range(place + 1, place + 5));
    EXPECT_TRUE(few.output.contains("; 4 records compared")) << few.output;
    expect_found("is mirrored from source offset 9000 on: say a lower --from", range(9000, 9001));
}

// Stretches lie apart, and each is read from where it begins.
TEST_F(LinkVerifyTest, DrawsStretchesOfALongLog)
{
    constexpr int records = 60'000;
    std::vector<NewRecord> all;
    for (int i = 0; i < records; ++i) all.push_back({at(0), 0, "k", fmt::format("v{}", i), {}});
    write_all(oslo, all);
    link.start();
    link.wait_until_copied(orders);
    const auto sample = [&](const std::string& share, const std::string& seed) {
        auto told = tell("verify", {"--sample", share, "--seed", seed});
        EXPECT_EQ(told.exit_code, 0) << told.output << link.strait().log();
        return told.output;
    };
    const auto compared_in = [](const std::string& output) {  // the last line: progress is before
        const auto end = output.rfind(" records compared");
        const auto begin = output.rfind(' ', end - 1) + 1;
        return std::stol(output.substr(begin, end - begin));
    };
    const auto half = sample("0.5", "3");
    EXPECT_TRUE(half.contains(" sampled stretches, of 6 (--sample 0.5 --seed 3)")) << half;
    EXPECT_LT(compared_in(half), records) << half;
    EXPECT_GE(compared_in(half), 10'000) << "the newest at least: " << half;
    EXPECT_EQ(compared_in(sample("0.5", "3")), compared_in(half));
    EXPECT_EQ(compared_in(sample("0.999999", "3")), records);
    const auto targets = tell("verify", {"--target", "--sample", "0.5"});
    EXPECT_EQ(targets.exit_code, 0) << targets.output;
    EXPECT_TRUE(targets.output.contains("as they were mirrored in ")) << targets.output;
}

// Of a log that is mirrored in turns each link knows its own stretches.
TEST_F(LinkVerifyTest, HoldsOnlyWhatTheLinkHasMirroredItself)
{
    const auto back = link.name() + "-reverse";
    const auto tell_other = [&](const std::string& verb) {
        const auto told = link.strait().run({"link", verb, back, "--yes"});
        EXPECT_EQ(told.exit_code, 0) << told.output << link.strait().log();
    };
    link.start();
    copy(0, 10);
    copy(1, 10);
    EXPECT_EQ(tell("promote", {"--yes"}).exit_code, 0);
    EXPECT_EQ(tell("reverse", {"--yes"}).exit_code, 0);
    write(bergen, at(0), "from the other side");
    LinkDoor door{link.strait().data_dir(), back};
    const auto is_active = [&](const auto& status) {
        return std::ranges::all_of(std::views::iota(0, partitions), [&](std::int32_t i) {
            const auto* const found = find_partition(status, at(i));
            return found != nullptr && found->state == "active";
        });
    };
    EXPECT_TRUE(door.wait_for(is_active, 100s).found);
    tell_other("promote");
    tell_other("reverse");
    link.wait_for_state(at(0), "active");
    copy(0, 10);
    expect_clean();
    const auto verified = link.strait().run({"link", "verify", back});
    EXPECT_EQ(verified.exit_code, 0) << verified.output << link.strait().log();
}

// Whoever waits for a verification waits for another verb only if that changes something.
TEST_F(LinkVerifyTest, GoesOnAfterARestartAndEndsWithTheNextVerb)
{
    link.start();
    copy(0, 10);
    write(bergen, at(0), "strange");  // and so it has to wait whether that is the link's own
    const TempFolder folder{"verify"};
    const auto begin = [&](const std::string& name) {
        return ChildProcess{{strait_binary(),
                             "link",
                             "verify",
                             link.name(),
                             "--config",
                             link.strait().config_file().string()},
                            folder.path() / name};
    };
    {
        auto waiting = begin("first");
        ASSERT_TRUE(waiting.wait_for_output("records compared", 30s)) << waiting.output();
        const auto second = tell("verify");
        EXPECT_TRUE(second.output.contains("is under way")) << second.output;
        link.strait().kill();
    }
    link.start();
    ASSERT_TRUE(link.strait().wait_for_log("operation goes on id=1")) << link.strait().log();
    link.wait_for_state(at(0), "active");
    EXPECT_EQ(tell("pause").exit_code, 0);
    EXPECT_TRUE(testing::wait_for([&] {
        const auto list = link.strait().run({"link", "operations"}).output;
        return list.contains("another verb of this link came after it");
    })) << link.strait().log();
}

}  // namespace
}  // namespace strait::testing
