#include "links/shard/source_stamp.hpp"

#include "links/shard/partition_mirror.hpp"

#include <charconv>
#include <memory>
#include <utility>

namespace strait::links {

namespace {

constexpr std::size_t number_chars_max = 20;

// What the headers of a batch point into.
struct StampTexts {
    std::shared_ptr<const void> records;
    std::string texts;
};

void append_number(std::string& to, std::int64_t number) { to += std::to_string(number); }

// Takes a number and, unless it is the last, the separator behind it off the front.
template <class Named>
bool take_number(std::string_view& text, Named& into, bool last = false)
{
    decltype(into.value() + 0) number{};
    const auto* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (parsed.ec != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    into = Named{number};
    if (last) return text.empty();
    if (!text.starts_with('/')) return false;
    text.remove_prefix(1);
    return true;
}

std::string_view stamp_text(const kafka::Record& record)
{
    if (record.headers.empty()) return {};
    const auto& [name, value] = record.headers.back();
    return name == stamp_header ? value.value_or("") : std::string_view{};
}

}  // namespace

std::string stamp_prefix(const LinkName& link,
                         const TopicId& topic,
                         Partition partition,
                         Generation generation)
{
    auto text = link.value() + '/' + to_string(topic) + '/';
    append_number(text, partition.value());
    text += '/';
    append_number(text, generation.value());
    text += '/';
    return text;
}

kafka::RecordBatch stamped(const kafka::RecordBatch& batch, std::string_view prefix, Offset from)
{
    auto out = batch;
    auto kept = std::make_shared<StampTexts>(StampTexts{batch.memory, {}});
    auto& texts = kept->texts;
    // Reserved once: the headers point into it.
    texts.reserve(batch.records.size() * (prefix.size() + 3 * (number_chars_max + 1)));
    for (auto& record : out.records) {
        const auto begin = texts.size();
        texts += prefix;
        append_number(texts, record.offset.value());
        texts += '/';
        append_number(texts, from.value());
        texts += '/';
        append_number(texts, batch.epoch.value());
        record.headers.push_back({stamp_header, std::string_view{texts}.substr(begin)});
        from = Offset{record.offset.value() + 1};
    }
    out.memory = std::move(kept);
    return out;
}

std::optional<SourceStamp> stamp_of(const kafka::Record& record, std::string_view prefix)
{
    auto text = stamp_text(record);
    if (!text.starts_with(prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    SourceStamp stamp;
    const bool good = take_number(text, stamp.offset) && take_number(text, stamp.from) &&
                      take_number(text, stamp.epoch, true);
    return good ? std::optional{stamp} : std::nullopt;
}

bool is_stamped_by(const kafka::Record& record, const LinkName& link)
{
    const auto text = stamp_text(record);
    const auto& name = link.value();
    return text.size() > name.size() && text.starts_with(name) && text[name.size()] == '/';
}

kafka::Record without_stamp(kafka::Record record)
{
    record.headers.pop_back();
    return record;
}

void CopyChain::take(const kafka::Record& record)
{
    if (full()) return;
    const auto stamp = stamp_of(record, prefix_);
    if (!stamp || stamp->from > next_ || stamp->offset < next_) return;
    copies_.push_back({stamp->offset, record.offset, digest_of(without_stamp(record))});
    next_ = Offset{stamp->offset.value() + 1};
    epoch_ = stamp->epoch;
    newest_ms_ = record.timestamp_ms;
}

}  // namespace strait::links
