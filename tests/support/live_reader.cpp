#include "tests/support/live_reader.hpp"

#include "tests/support/kafka_reader.hpp"

#include <spdlog/fmt/fmt.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace strait::testing {
namespace {

constexpr std::chrono::milliseconds poll_wait{50};

std::unique_ptr<KafkaReader> try_to_read(const ClientProperties& properties, const TopicName& topic)
{
    try {
        return std::make_unique<KafkaReader>(properties, topic, Isolation::read_committed);
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

}  // namespace

LiveReader::LiveReader(ClientProperties properties, TopicName topic)
    : properties_{std::move(properties)},
      topic_{std::move(topic)},
      thread_{[this](const std::stop_token& stop) { read(stop); }}
{
}

std::size_t LiveReader::seen() const
{
    const std::scoped_lock lock{mutex_};
    return shown_.size();
}

bool LiveReader::wait_for(std::size_t records, std::chrono::milliseconds deadline) const
{
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, deadline, [&] { return shown_.size() >= records; });
}

std::vector<std::string> LiveReader::finish(const std::vector<SeenRecord>& final_pass)
{
    thread_.request_stop();
    thread_.join();
    std::map<std::tuple<Partition, Offset>, std::uint64_t> there;
    for (const auto& record : final_pass) {
        there.emplace(std::tuple{record.at.partition, record.offset}, content_digest(record));
    }
    for (const auto& [place, digest] : shown_) {
        const auto& [partition, offset] = place;
        const auto found = there.find(place);
        const auto name =
            fmt::format("{}@{}", to_string(TopicPartition{topic_, partition}), offset.value());
        if (found == there.end())
            complain(name + " was shown, and is gone");
        else if (found->second != digest)
            complain(name + " was shown, and is another record now");
    }
    return complaints_;
}

// A topic that was just created fails its readers for a moment; after the first record nothing may.
void LiveReader::read(const std::stop_token& stop)
{
    std::unique_ptr<KafkaReader> reader;
    while (!stop.stop_requested()) {
        if (!reader) reader = try_to_read(properties_, topic_);
        try {
            const auto record = reader ? reader->next(poll_wait) : std::nullopt;
            if (record) take(*record);
            if (reader) continue;
        } catch (const std::runtime_error& error) {
            const std::scoped_lock lock{mutex_};
            if (!shown_.empty()) return complain(error.what());
            reader.reset();
        }
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, stop, poll_wait, [] { return false; });
    }
}

void LiveReader::take(const SeenRecord& record)
{
    const std::scoped_lock lock{mutex_};
    const auto name = fmt::format("{}@{}", to_string(record.at), record.offset.value());
    const auto later = shown_.lower_bound({record.at.partition, record.offset});
    if (later != shown_.end() && std::get<Partition>(later->first) == record.at.partition)
        complain(name + " was shown after a higher offset");
    shown_[{record.at.partition, record.offset}] = content_digest(record);
    if (const auto identity = identity_of(record)) {
        const std::tuple producer{record.at.partition, identity->run, identity->producer};
        const auto [last, first] = last_seq_.try_emplace(producer, identity->seq);
        if (!first && identity->seq <= last->second)
            complain(fmt::format("{} record {} was shown after number {}",
                                 name,
                                 to_string(*identity),
                                 last->second));
        last->second = identity->seq;
    }
    changed_.notify_all();
}

void LiveReader::complain(std::string what)
{
    if (complaints_.size() < complaints_max) complaints_.push_back(std::move(what));
}

}  // namespace strait::testing
