#include "links/clusters/target_log.hpp"
#include "links/store/link_record.hpp"
#include "links/store/offset_block.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>

namespace strait::testing {
namespace {

using Status = links::Translation::Status;

// Each record in a transaction of its own: its marker ends a run, and a block has so many of them.
constexpr auto records_of_block = static_cast<std::int64_t>(links::OffsetBlock::runs_max);
constexpr auto record_count = 3 * records_of_block + 20;

// How many blocks a link has forgotten, as the target says.
std::size_t removals_of(const std::string& link)
{
    std::size_t removals = 0;
    for (const auto& record : read_all(SharedClusters::target().admin_properties(),
                                       TopicName{links::links_topic_name})) {
        const auto decoded = links::decode_record(record.key.value_or(""), record.value);
        if (!decoded || links::link_of(*decoded).value() != link) continue;
        if (std::holds_alternative<links::Removal>(*decoded)) ++removals;
    }
    return removals;
}

TEST(LinkPruningTest, ForgetsWhatTheTargetNoLongerHasAndSaysSoAfterTheViewIsLost)
{
    const auto source = SharedClusters::source().admin_properties();
    const TopicPartition at{unique_topic("pruned"), Partition{0}};
    LinkProcess link{
        SharedClusters::source(), SharedClusters::target(), topic_keys(at.topic.value())};
    KafkaAdmin{source}.create_topic(at.topic);
    KafkaWriter writer{source, at.topic.value()};
    for (std::int64_t number = 0; number < record_count; ++number) {
        writer.begin();
        NewRecord record;
        record.at = at;
        record.value = std::to_string(number);
        writer.send(record);
        ASSERT_EQ(writer.commit(), Outcome::ok);
    }
    link.start();
    link.wait_until_copied(at.topic);
    const auto end = Offset{2 * record_count};
    const auto before = link.translate(links::Direction::forward, at, Offset{0}, end);
    const auto source_of = [](std::int64_t number) { return static_cast<std::size_t>(2 * number); };
    const auto log_start = *before.at(source_of(2 * records_of_block + 5)).offset;
    link.stop();

    KafkaAdmin{SharedClusters::target().admin_properties()}.delete_records(at, log_start);
    link.start();
    link.wait_for_state(at, "active");
    ASSERT_TRUE(wait_for([&] { return removals_of(link.name()) > 0; }, std::chrono::seconds{30}));
    EXPECT_EQ(removals_of(link.name()), 1U) << "the first block stays, and the third is needed";

    const auto check = [&](const std::string& when) {
        const auto after = link.translate(links::Direction::forward, at, Offset{0}, end);
        for (std::int64_t number = 0; number < record_count; ++number) {
            const auto& was = before.at(source_of(number));
            const auto& is = after.at(source_of(number));
            ASSERT_EQ(was.status, Status::exact) << number;
            if (number >= 2 * records_of_block + 5) {
                ASSERT_EQ(is.status, Status::exact) << when << ", record " << number;
                ASSERT_EQ(is.offset, was.offset) << when << ", record " << number;
            } else {
                ASSERT_EQ(is.offset, log_start) << when << ", record " << number;
            }
            if (number < 2 * records_of_block) {
                ASSERT_EQ(is.status, Status::pruned) << when << ", record " << number;
            }
        }
    };
    check("pruned");
    link.stop();
    std::filesystem::remove_all(link.strait().data_dir() / "links");
    link.start();
    link.wait_for_state(at, "active");
    ASSERT_TRUE(wait_for(
        [&] {
            const auto first = link.translate(links::Direction::forward, at, Offset{0}, Offset{1});
            return first.front().status == Status::pruned;
        },
        std::chrono::seconds{30}));
    check("after the view was lost");
    EXPECT_EQ(removals_of(link.name()), 1U) << "nothing was forgotten twice";
}

}  // namespace
}  // namespace strait::testing
