#include "links/store/local_view.hpp"
#include "links/store/offset_map.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/link_process.hpp"
#include "tests/support/shared_clusters.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

namespace strait::testing {
namespace {

using links::Direction;
using links::Translation;

constexpr std::int64_t aborted_each = 10;  // of the transactions

// Where a record is: ascending on both sides.
struct Pair {
    Offset own;
    Offset other;
};

struct Size {
    std::int64_t records = 0;
    std::int64_t of_transaction = 0;  // a run of the map each
};

// Where each record is by its number, -1 where there is none.
using Places = std::vector<Offset>;

// One partition, written in transactions of which some abort, so that the two sides drift apart.
Places write(const ClientProperties& properties, const TopicPartition& at, const Size& size)
{
    Places places(static_cast<std::size_t>(size.records), Offset{-1});
    KafkaWriter writer{properties, at.topic.value()};
    NewRecord record;
    record.at = at;
    for (std::int64_t number = 0; number < size.records;) {
        const bool aborts = number / size.of_transaction % aborted_each == 3;
        writer.begin();
        for (std::int64_t i = 0; i < size.of_transaction; ++i, ++number) {
            record.value = std::to_string(number);
            writer.send(record);
        }
        if (aborts) {
            EXPECT_EQ(writer.abort(), Outcome::fail) << "none of it is there";
        } else {
            EXPECT_EQ(writer.commit(), Outcome::ok);
        }
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto& [outcome, offset] = writer.deliveries()[i];
        if (outcome == Outcome::ok) places[i] = offset;
    }
    return places;
}

Places read(const ClientProperties& properties, const TopicName& topic, const Size& size)
{
    Places places(static_cast<std::size_t>(size.records), Offset{-1});
    read_each(properties, topic, [&](const SeenRecord& record) {
        places.at(std::stoul(*record.value)) = record.offset;
    });
    return places;
}

std::vector<Pair> pairs_of(const Places& own, const Places& other)
{
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < own.size(); ++i) {
        EXPECT_EQ(own[i].value() < 0, other[i].value() < 0) << "record " << i;
        if (own[i].value() >= 0) pairs.push_back({own[i], other[i]});
    }
    return pairs;
}

using Ask = std::function<Translation(Direction, Offset)>;

// The number of offsets, from the first to the last record, that get another answer than the record
// itself, or than the next record where there is none.
std::size_t count_wrong(const Ask& ask, Direction direction, const std::vector<Pair>& pairs)
{
    std::size_t wrong = 0;
    Offset offset;
    for (const auto& [own, other] : pairs) {
        for (; offset <= own; offset = Offset{offset.value() + 1}) {
            const auto answer = ask(direction, offset);
            const auto status =
                offset == own ? Translation::Status::exact : Translation::Status::gap;
            if (answer.offset != other || answer.status != status) ++wrong;
        }
    }
    return wrong;
}

// Asks the map that the program wrote for every offset, and the program itself for the first.
void expect_every_offset_exact(const Size& size)
{
    constexpr std::ptrdiff_t asked_of_program = 9'000;
    const auto source = SharedClusters::source().admin_properties();
    const auto target = SharedClusters::target().admin_properties();
    const TopicPartition at{unique_topic("mapped"), Partition{0}};
    KafkaAdmin{source}.create_topic(at.topic);
    LinkProcess link{
        SharedClusters::source(), SharedClusters::target(), topic_keys(at.topic.value())};
    link.start();
    const auto written = write(source, at, size);
    link.wait_until_passed(at, Offset{written.back().value() + 1});
    const auto copied = read(target, at.topic, size);
    const auto forward = pairs_of(written, copied);
    const auto inverse = pairs_of(copied, written);
    ASSERT_GE(std::ssize(forward), size.records * 8 / 10);

    LinkDoor door{link.strait().data_dir(), link.name()};
    const Ask by_program = [&](Direction direction, Offset offset) {
        return door.remembered(direction, at, offset);  // of the same name on both sides
    };
    const auto some = [](const std::vector<Pair>& pairs) {
        return std::vector<Pair>{pairs.begin(), pairs.begin() + asked_of_program};
    };
    EXPECT_EQ(count_wrong(by_program, Direction::forward, some(forward)), 0U);
    EXPECT_EQ(count_wrong(by_program, Direction::inverse, some(inverse)), 0U);

    link.stop();
    auto opened = links::LocalView::open(link.strait().data_dir() / "links");
    ASSERT_TRUE(opened) << opened.error().detail();
    const auto view = opened->view.link(LinkName{link.name()});
    ASSERT_TRUE(view) << view.error().detail();
    const auto id = KafkaAdmin{source}.find_topic_id(at.topic).value();
    const Ask by_map = [&](Direction direction, Offset offset) {
        const auto found = links::translate(*view, id, at.partition, direction, offset);
        return found ? *found : Translation{};
    };
    EXPECT_EQ(count_wrong(by_map, Direction::forward, forward), 0U);
    EXPECT_EQ(count_wrong(by_map, Direction::inverse, inverse), 0U);
}

TEST(LinkTranslationTest, TranslatesEveryOffsetBothWays)
{
    expect_every_offset_exact({.records = 60'000, .of_transaction = 100});
}

// For `soak`: two lookups for each record take their time without optimization.
TEST(LongTranslationTest, TranslatesEveryOffsetOfAMillionRecordsBothWays)
{
    expect_every_offset_exact({.records = 1'120'000, .of_transaction = 2'000});
}

}  // namespace
}  // namespace strait::testing
