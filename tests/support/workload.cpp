#include "tests/support/workload.hpp"

#include "core/codec.hpp"

#include <spdlog/fmt/fmt.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <iterator>
#include <limits>
#include <string_view>
#include <utility>

namespace strait::testing {
namespace {

constexpr std::string_view magic = "SWL1";
constexpr std::size_t value_header_bytes = 4 + 8 + 4 + 8 + 4 + 1 + 4 + 8;
constexpr std::size_t transaction_records_max = 100;
constexpr std::int64_t hour_ms = 3'600'000;

enum class Shape : std::uint8_t { plain, compressible };

std::uint64_t xxh64(std::string_view bytes) { return XXH64(bytes.data(), bytes.size(), 0); }

void append_part(std::string& to, const std::optional<std::string>& part)
{
    append_ordered(to, part ? part->size() : std::numeric_limits<std::uint64_t>::max());
    if (part) to += *part;
}

std::string identity_bytes(const RecordIdentity& identity)
{
    std::string bytes;
    append_ordered(bytes, identity.run);
    append_ordered(bytes, identity.producer);
    append_ordered(bytes, identity.seq);
    return bytes;
}

}  // namespace

std::string to_string(const RecordIdentity& identity)
{
    return fmt::format("{}/{}/{}", identity.run, identity.producer, identity.seq);
}

SeenHeader identity_as_header(const RecordIdentity& identity)
{
    return {identity_header, identity_bytes(identity)};
}

std::optional<RecordIdentity> identity_of(const NewRecord& record)
{
    const auto header = std::ranges::find(record.headers, identity_header, &SeenHeader::name);
    if (header == record.headers.end() || !header->value) return std::nullopt;
    ByteReader reader{*header->value};
    RecordIdentity identity;
    identity.run = reader.ordered<std::uint64_t>();
    identity.producer = reader.ordered<std::uint32_t>();
    identity.seq = reader.ordered<std::uint64_t>();
    if (!reader.ok() || !reader.at_end()) return std::nullopt;
    return identity;
}

std::uint64_t content_digest(const NewRecord& record)
{
    std::string bytes;
    append_ordered(bytes, static_cast<std::uint64_t>(record.timestamp_ms));
    append_part(bytes, record.key);
    append_part(bytes, record.value);
    for (const auto& [name, value] : record.headers) {
        append_part(bytes, name);
        append_part(bytes, value);
    }
    return xxh64(bytes);
}

TopicConfigs workload_topic_configs()
{
    return {{"message.timestamp.after.max.ms", "9223372036854775807"}, {"retention.ms", "-1"}};
}

Workload::Workload(WorkloadOptions options)
    : options_{std::move(options)}, random_{options_.seed * 1'000'003U + options_.producer}
{
    using std::chrono::milliseconds;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    if (options_.now_ms == 0) options_.now_ms = duration_cast<milliseconds>(now).count();
}

NewRecord Workload::next()
{
    NewRecord record;
    record.at = {options_.topic,
                 Partition{static_cast<std::int32_t>(
                     below(static_cast<std::uint64_t>(options_.partitions)))}};
    record.timestamp_ms = next_timestamp();
    record.key = next_key();
    record.value = next_value(record.at.partition);
    record.headers = next_headers();
    ++seq_;
    return record;
}

bool Workload::next_aborts() { return happens(options_.abort); }

std::size_t Workload::next_size(std::size_t size_max) { return 1 + below(size_max); }

bool Workload::happens(double probability)
{
    return static_cast<double>(draw() >> 11U) * 0x1p-53 < probability;
}

std::optional<std::string> Workload::next_key()
{
    if (happens(options_.null_key)) return std::nullopt;
    return fmt::format("{}:{}", options_.producer, seq_ % options_.keys);
}

std::optional<std::string> Workload::next_value(Partition partition)
{
    if (happens(options_.null_value)) return std::nullopt;
    if (happens(options_.empty_value)) return "";
    const auto bits = std::bit_width(options_.body_bytes_max);
    const auto size = below(1ULL << below(static_cast<std::uint64_t>(bits) + 1));
    const auto shape = happens(0.5) ? Shape::plain : Shape::compressible;
    std::string body(std::min<std::uint64_t>(size, options_.body_bytes_max), 'a');
    if (shape == Shape::plain)
        std::ranges::generate(body, [&] { return static_cast<char>(draw()); });
    std::string value{magic};
    value += identity_bytes({options_.seed, options_.producer, seq_});
    append_ordered(value, static_cast<std::uint32_t>(partition.value()));
    append_ordered(value, std::to_underlying(shape));
    append_ordered(value, static_cast<std::uint32_t>(body.size()));
    append_ordered(value, xxh64(body));
    return value + body;
}

std::vector<SeenHeader> Workload::next_headers()
{
    std::vector<SeenHeader> headers(below(options_.headers_max + 1ULL));
    for (auto& [name, value] : headers) {
        name = fmt::format("h{}", below(5));  // few names, so that they repeat
        if (!happens(0.2)) value = std::string(below(20), static_cast<char>('a' + below(26)));
    }
    const auto place = static_cast<std::ptrdiff_t>(below(headers.size() + 1));
    headers.insert(headers.begin() + place,
                   identity_as_header({options_.seed, options_.producer, seq_}));
    return headers;
}

std::int64_t Workload::next_timestamp()
{
    const auto jitter = static_cast<std::int64_t>(below(1000));
    const auto drawn = below(20);
    if (drawn == 0) return options_.now_ms + 2 * hour_ms + jitter;
    if (drawn == 1) return options_.now_ms - 1000 * hour_ms + jitter;
    return options_.now_ms + jitter;
}

bool is_intact(const std::string& value)
{
    if (!value.starts_with(magic) || value.size() < value_header_bytes) return false;
    const std::string_view body{value.data() + value_header_bytes,
                                value.size() - value_header_bytes};
    std::string expected;
    append_ordered(expected, static_cast<std::uint32_t>(body.size()));
    append_ordered(expected, xxh64(body));
    return std::string_view{value}.substr(value_header_bytes - expected.size(), expected.size()) ==
           expected;
}

std::string to_json(const ProducedRecord& record)
{
    return fmt::format(
        R"({{"run":{},"producer":{},"seq":{},"topic":"{}","partition":{},"outcome":"{}","offset":{}}})",
        record.identity.run,
        record.identity.producer,
        record.identity.seq,
        record.at.topic.value(),
        record.at.partition.value(),
        to_string(record.outcome),
        record.offset.value());
}

std::vector<ProducedRecord> produce_some(Workload& workload, KafkaWriter& writer)
{
    std::vector<ProducedRecord> produced;
    const auto size = workload.next_size(transaction_records_max);
    const bool aborts = workload.next_aborts();
    const auto first = writer.deliveries().size();
    if (writer.transactional()) writer.begin();
    for (std::size_t i = 0; i < size; ++i) {
        const auto record = workload.next();
        produced.push_back({.identity = identity_of(record).value_or(RecordIdentity{}),
                            .at = record.at,
                            .digest = content_digest(record)});
        writer.send(record);
    }
    if (!writer.transactional())
        writer.flush();
    else
        static_cast<void>(aborts ? writer.abort() : writer.commit());
    for (std::size_t i = 0; i < size; ++i) {
        const auto& [outcome, offset] = writer.deliveries().at(first + i);
        produced[i].outcome = outcome;
        produced[i].offset = offset;
    }
    return produced;
}

std::vector<ProducedRecord> produce(Workload& workload, KafkaWriter& writer, std::size_t count)
{
    std::vector<ProducedRecord> produced;
    while (produced.size() < count) {
        std::ranges::move(produce_some(workload, writer), std::back_inserter(produced));
    }
    return produced;
}

}  // namespace strait::testing
