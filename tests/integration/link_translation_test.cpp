#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

constexpr std::int64_t record_count = 1'250'000;  // a million of them visible
constexpr std::int64_t transaction_size = 2'000;

// Where each record is, by its number: -1 where there is none.
std::vector<Offset> places_of(const ClientProperties& properties, const TopicName& topic)
{
    std::vector<Offset> places(record_count, Offset{-1});
    read_each(properties, topic, [&](const SeenRecord& record) {
        places.at(std::stoul(*record.value)) = record.offset;
    });
    return places;
}

// One partition, written in transactions of which each fifth aborts: the two sides drift apart.
TEST(LinkTranslationTest, TranslatesEachOfAMillionRecordsBothWays)
{
    const auto source = SharedClusters::source().admin_properties();
    const auto target = SharedClusters::target().admin_properties();
    const TopicPartition at{unique_topic("million"), Partition{0}};
    LinkProcess link{
        SharedClusters::source(), SharedClusters::target(), topic_keys(at.topic.value())};
    KafkaAdmin{source}.create_topic(at.topic);
    KafkaWriter writer{source, at.topic.value()};
    std::vector<bool> aborted;
    for (std::int64_t number = 0; number < record_count;) {
        writer.begin();
        for (std::int64_t i = 0; i < transaction_size; ++i, ++number) {
            NewRecord record;
            record.at = at;
            record.value = std::to_string(number);
            writer.send(record);
        }
        aborted.push_back(aborted.size() % 5 == 3);
        if (aborted.back()) {
            ASSERT_EQ(writer.abort(), Outcome::fail) << "none of it is there";
        } else {
            ASSERT_EQ(writer.commit(), Outcome::ok);
        }
    }

    link.start();
    link.wait_for(
        [&](const auto& status) {
            const auto* const partition = find_partition(status, at);
            return partition != nullptr && partition->next_source_offset >= record_count;
        },
        std::chrono::seconds{120});

    const auto sources = places_of(source, at.topic);
    const auto targets = places_of(target, at.topic);
    const auto forward = link.translate(
        links::Direction::forward, at, Offset{0}, Offset{sources.back().value() + 1});
    const auto inverse = link.translate(
        links::Direction::inverse, at, Offset{0}, Offset{targets.back().value() + 1});
    std::size_t wrong = 0;
    std::size_t checked = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const bool hidden = aborted.at(i / transaction_size);
        if (hidden != (sources[i].value() < 0) || hidden != (targets[i].value() < 0)) ++wrong;
        if (hidden || sources[i].value() < 0 || targets[i].value() < 0) continue;
        ++checked;
        const auto& there = forward.at(static_cast<std::size_t>(sources[i].value()));
        const auto& back = inverse.at(static_cast<std::size_t>(targets[i].value()));
        if (there.offset != targets[i] || there.status != links::Translation::Status::exact)
            ++wrong;
        if (back.offset != sources[i] || back.status != links::Translation::Status::exact) ++wrong;
    }
    EXPECT_EQ(wrong, 0U);
    EXPECT_EQ(checked, record_count * 4U / 5);
    // What lies between two records answers with the later one.
    for (std::size_t i = sources.size(), next = sources.size(); i-- > 0;) {
        if (sources[i].value() >= 0) {
            for (auto s = sources[i].value() + 1;
                 next < sources.size() && s < sources[next].value();
                 ++s) {
                const auto& answer = forward.at(static_cast<std::size_t>(s));
                if (answer.offset != targets[next]) ++wrong;
            }
            next = i;
        }
    }
    EXPECT_EQ(wrong, 0U) << "between records";
}

}  // namespace
}  // namespace strait::testing
