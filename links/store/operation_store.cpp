#include "links/store/operation_store.hpp"

#include "core/codec.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace strait::links {

namespace {

// 1 ends before the timeout, 2 before the divergence, 3 before what is said of single partitions, 4
// before the fence, 5 before the scope, 6 before the topic that takes what is salvaged, 7 before
// the topics that are rebuilt.
constexpr std::uint8_t format = 8;
constexpr std::int64_t unknown = -1;

std::string remedy(const std::filesystem::path& folder)
{
    return ": if " + folder.string() +
           " is damaged, move it away: what was under way has to be asked for again";
}

std::string key_of(OperationId id)
{
    std::string key;
    append_ordered(key, id.value());
    return key;
}

void append(std::string& to, std::int64_t value)
{
    append_ordered(to, static_cast<std::uint64_t>(value));
}

std::int64_t read_number(ByteReader& in)
{
    return static_cast<std::int64_t>(in.ordered<std::uint64_t>());
}

void append_report(std::string& out, const CutReport& report)
{
    append(out, report.lost_records.value_or(unknown));
    append(out, report.lost_ms);
    append(out, report.rereads);
    append_ordered(out, report.groups);
    append_ordered(out, report.groups_left);
    append(out, report.took_ms);
}

void append_place(std::string& out, const TopicPartition& at)
{
    append_text(out, at.topic.value());
    append(out, at.partition.value());
}

void append_partition(std::string& out, const VerbRequest& request)
{
    const auto& skip = request.skip;
    const auto& gap = request.gap;
    append_ordered(out, static_cast<std::uint8_t>(skip.has_value()));
    if (skip) {
        append_place(out, skip->at);
        append(out, skip->offset.value());
    }
    append_ordered(out, static_cast<std::uint8_t>(gap.has_value()));
    if (gap) {
        append_place(out, gap->at);
        append_ordered(out, gap->id);
    }
}

void append_fence(std::string& out, const Operation& operation)
{
    const auto& [cluster, topics] = operation.fence;
    append_ordered(out, static_cast<std::uint8_t>(operation.request.fence_source));
    append_text(out, cluster.value());
    append_ordered(out, static_cast<std::uint32_t>(topics.size()));
    for (const auto& topic : topics) append_text(out, topic.value());
}

// Whether it is there, and 0 if it is not.
void append_maybe(std::string& out, std::optional<std::int64_t> value)
{
    append_ordered(out, static_cast<std::uint8_t>(value.has_value()));
    append(out, value.value_or(0));
}

void append_scope(std::string& out, const VerifyScope& scope)
{
    const auto number = [](const auto& value) {
        return std::optional<std::int64_t>{value.value()};
    };
    append_maybe(out, scope.partition.and_then(number));
    append_maybe(out, scope.from.and_then(number));
    append_maybe(out, scope.to.and_then(number));
    append_ordered(out, scope.sample.millionths);
    append_ordered(out, static_cast<std::uint8_t>(scope.seed.has_value()));
    append_ordered(out, scope.seed.value_or(0));
}

void append_rebuilt(std::string& out, const std::vector<RebuiltTopic>& topics)
{
    append_ordered(out, static_cast<std::uint32_t>(topics.size()));
    for (const auto& topic : topics) {
        append_text(out, topic.topic.value());
        for (const auto byte : topic.id.bytes) append_ordered(out, byte);
        append(out, topic.offsets);
        append(out, topic.end);
        append(out, topic.lost);
        append_ordered(out, static_cast<std::uint8_t>(topic.counted));
        append(out, topic.uncopied);
        append_ordered(out, static_cast<std::uint8_t>(topic.deleted));
    }
}

std::string encode(const Operation& operation)
{
    const auto& request = operation.request;
    std::string out;
    append_ordered(out, format);
    append_text(out, operation.link.value());
    append_ordered(out, std::to_underlying(request.verb));
    append_text(out, request.reason);
    append_ordered(out, std::to_underlying(operation.state));
    append_text(out, operation.detail);
    append(out, operation.started_ms);
    append(out, operation.ended_ms);
    append(out, request.timeout.count());
    append_ordered(out, static_cast<std::uint8_t>(request.without_groups));
    const auto& report = operation.report;
    append_ordered(out, static_cast<std::uint8_t>(report.has_value()));
    if (report) append_report(out, *report);
    append_ordered(out, std::to_underlying(request.divergence));
    append_text(out, request.as.value());
    append_ordered(out, std::to_underlying(request.mode));
    append_ordered(out, static_cast<std::uint32_t>(request.topics.size()));
    for (const auto& topic : request.topics) append_text(out, topic.value());
    append_partition(out, request);
    append_fence(out, operation);
    append_scope(out, request.scope);
    append_text(out, request.salvage.value());
    append_rebuilt(out, operation.rebuilt);
    return out;
}

CutReport read_report(ByteReader& in)
{
    CutReport report;
    const auto lost = read_number(in);
    if (lost != unknown) report.lost_records = lost;
    report.lost_ms = read_number(in);
    report.rereads = read_number(in);
    report.groups = in.ordered<std::uint32_t>();
    report.groups_left = in.ordered<std::uint32_t>();
    report.took_ms = read_number(in);
    return report;
}

TopicPartition read_place(ByteReader& in)
{
    TopicName topic{std::string{in.text()}};
    return {std::move(topic), Partition{static_cast<std::int32_t>(read_number(in))}};
}

// False if it is not what append_partition() wrote.
bool read_partition(ByteReader& in, VerbRequest& request)
{
    const auto skips = in.ordered<std::uint8_t>();
    if (skips == 1) {
        auto at = read_place(in);
        request.skip = SkipTo{std::move(at), Offset{read_number(in)}};
    }
    const auto names = in.ordered<std::uint8_t>();
    if (names == 1) {
        auto at = read_place(in);
        request.gap = GapName{std::move(at), in.ordered<std::uint64_t>()};
    }
    return skips <= 1 && names <= 1;
}

// False if it is none.
bool read_fence(ByteReader& in, Operation& operation)
{
    const auto fences = in.ordered<std::uint8_t>();
    operation.request.fence_source = fences == 1;
    operation.fence.cluster = ClusterName{std::string{in.text()}};
    const auto topics = in.ordered<std::uint32_t>();
    for (std::uint32_t i = 0; in.ok() && i < topics; ++i) {
        operation.fence.topics.emplace_back(std::string{in.text()});
    }
    return fences <= 1;
}

std::optional<std::int64_t> read_maybe(ByteReader& in, bool& known)
{
    const auto is_there = in.ordered<std::uint8_t>();
    const auto value = read_number(in);
    known = known && is_there <= 1;
    return is_there == 1 ? std::optional{value} : std::nullopt;
}

// False if it is not what append_scope() wrote.
bool read_scope(ByteReader& in, VerifyScope& scope)
{
    bool known = true;
    if (const auto partition = read_maybe(in, known)) {
        scope.partition = Partition{static_cast<std::int32_t>(*partition)};
    }
    if (const auto from = read_maybe(in, known)) scope.from = Offset{*from};
    if (const auto to = read_maybe(in, known)) scope.to = Offset{*to};
    scope.sample.millionths = in.ordered<std::uint32_t>();
    const auto seeded = in.ordered<std::uint8_t>();
    const auto seed = in.ordered<std::uint64_t>();
    if (seeded == 1) scope.seed = seed;
    return known && seeded <= 1 && scope.sample <= Share{};
}

// False if it is not what append_rebuilt() wrote.
bool read_rebuilt(ByteReader& in, std::vector<RebuiltTopic>& topics)
{
    bool known = true;
    const auto count = in.ordered<std::uint32_t>();
    for (std::uint32_t i = 0; in.ok() && i < count; ++i) {
        auto& topic = topics.emplace_back();
        topic.topic = TopicName{std::string{in.text()}};
        for (auto& byte : topic.id.bytes) byte = in.ordered<std::uint8_t>();
        topic.offsets = read_number(in);
        topic.end = read_number(in);
        topic.lost = read_number(in);
        const auto counted = in.ordered<std::uint8_t>();
        topic.uncopied = read_number(in);
        const auto deleted = in.ordered<std::uint8_t>();
        topic.counted = counted == 1;
        topic.deleted = deleted == 1;
        known = known && counted <= 1 && deleted <= 1;
    }
    return known;
}

Result<Operation> decode(std::string_view key, std::string_view value)
{
    ByteReader id{key};
    ByteReader in{value};
    const auto found_format = in.ordered<std::uint8_t>();
    if (found_format > format) {
        return fail(Errc::conflict,
                    "operations: written by a newer version of strait: use that one");
    }
    Operation found;
    auto& request = found.request;
    found.id = OperationId{id.ordered<std::uint64_t>()};
    found.link = LinkName{std::string{in.text()}};
    const auto verb = in.ordered<std::uint8_t>();
    request.reason = in.text();
    const auto state = in.ordered<std::uint8_t>();
    found.detail = in.text();
    found.started_ms = read_number(in);
    found.ended_ms = read_number(in);
    bool known = verb <= std::to_underlying(Verb::acknowledge) &&
                 state <= std::to_underlying(Operation::State::failed);
    if (found_format >= 2) {
        request.timeout = std::chrono::milliseconds{read_number(in)};
        const auto without_groups = in.ordered<std::uint8_t>();
        const auto has_report = in.ordered<std::uint8_t>();
        known = known && without_groups <= 1 && has_report <= 1;
        request.without_groups = without_groups == 1;
        if (has_report == 1) found.report = read_report(in);
    }
    if (found_format >= 3) {
        const auto divergence = in.ordered<std::uint8_t>();
        known = known && divergence <= std::to_underlying(Divergence::rebuild);
        request.divergence = Divergence{divergence};
        request.as = LinkName{std::string{in.text()}};
        const auto mode = in.ordered<std::uint8_t>();
        const auto topics = in.ordered<std::uint32_t>();
        known = known && mode <= std::to_underlying(VerifyMode::target) &&
                topics <= VerbRequest::topics_max;
        request.mode = VerifyMode{mode};
        for (std::uint32_t i = 0; known && i < topics; ++i) {
            request.topics.emplace_back(std::string{in.text()});
        }
    }
    if (found_format >= 4) known = known && read_partition(in, request);
    if (found_format >= 5) known = read_fence(in, found) && known;
    if (found_format >= 6) known = read_scope(in, request.scope) && known;
    if (found_format >= 7) request.salvage = TopicName{std::string{in.text()}};
    if (found_format >= 8) known = read_rebuilt(in, found.rebuilt) && known;
    if (!known || !in.ok() || !in.at_end() || !id.ok() || !id.at_end()) {
        return fail(Errc::corrupt, "operations: an entry is unreadable");
    }
    request.verb = Verb{verb};
    found.state = Operation::State{state};
    return found;
}

}  // namespace

Result<OperationStore> OperationStore::open(const std::filesystem::path& folder)
{
    const auto refused = [&](const Error& error) {
        if (error.code() == Errc::conflict) return fail(error);
        return fail(error.code(), error.detail() + remedy(folder));
    };
    auto map = DurableMap::open(folder, "operations");
    if (!map) return refused(map.error());
    OperationStore store{*std::move(map)};
    if (const auto readable = store.all(); !readable) return refused(readable.error());
    return store;
}

Result<std::vector<Operation>> OperationStore::all() const
{
    const auto entries = map_.all();
    if (!entries) return fail(entries.error());
    std::vector<Operation> all;
    all.reserve(entries->size());
    for (const auto& [key, value] : *entries) {
        auto found = decode(key, value);
        if (!found) return fail(found.error());
        all.push_back(*std::move(found));
    }
    return all;
}

Result<void> OperationStore::put(const Operation& operation)
{
    return map_.put(key_of(operation.id), encode(operation));
}

Result<void> OperationStore::remove(OperationId id) { return map_.remove(key_of(id)); }

}  // namespace strait::links
