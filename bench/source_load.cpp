#include "bench/source_load.hpp"

#include "bench/delivery_reports.hpp"
#include "tests/support/kafka_client.hpp"

#include <array>
#include <chrono>
#include <random>
#include <string_view>

namespace strait::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t text_bytes = 16UL << 20U;
constexpr std::int64_t run_records = 500;  // for one partition before the next one's turn
constexpr auto report_wait = 10ms;         // while the queue is full
constexpr auto deadline = 120s;            // of the last report

std::string make_words()
{
    std::mt19937_64 random{1};
    std::array<std::string, 4096> words;
    for (auto& word : words) {
        const auto size = 3 + random() % 9;
        for (std::size_t i = 0; i < size; ++i) word += static_cast<char>('a' + random() % 26);
        word += ' ';
    }
    std::string text;
    text.reserve(text_bytes);
    while (text.size() < text_bytes) text += words.at(random() % words.size());
    return text;
}

}  // namespace

const std::string& words_to_write()
{
    static const auto text = make_words();
    return text;
}

void write_load(const testing::ClientProperties& cluster, const SourceLoad& load)
{
    auto properties = cluster;
    properties.insert({{"enable.idempotence", "true"},
                       {"linger.ms", "20"},
                       {"batch.size", "1048576"},
                       {"batch.num.messages", "100000"},
                       {"queue.buffering.max.messages", "0"},
                       {"queue.buffering.max.kbytes", "65536"},
                       {"compression.codec", load.codec}});
    const auto client = testing::make_client(RD_KAFKA_PRODUCER, properties);
    DeliveryReports reports{client.get()};
    const kafka::TopicHandle topic{
        rd_kafka_topic_new(client.get(), load.topic.value().c_str(), nullptr)};
    const auto& text = words_to_write();
    std::mt19937_64 random{2};
    for (std::int64_t i = 0; i < load.records; ++i) {
        const auto partition = static_cast<std::int32_t>(i / run_records % load.partitions);
        const auto at = random() % (text.size() - load.record_bytes);
        auto* const value = const_cast<char*>(text.data() + at);  // copied, not changed
        while (rd_kafka_produce(topic.get(),
                                partition,
                                RD_KAFKA_MSG_F_COPY,
                                value,
                                load.record_bytes,
                                nullptr,
                                0,
                                nullptr) != 0) {
            if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
                testing::require(rd_kafka_last_error(), "produce");
            }
            reports.take(report_wait);
        }
    }
    reports.take_rest(deadline);
}

}  // namespace strait::bench
