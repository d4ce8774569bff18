#include "links/store/group_marks.hpp"

#include "core/codec.hpp"

#include <utility>

namespace strait::links {

namespace {

void append(std::string& to, std::int64_t value)
{
    append_ordered(to, static_cast<std::uint64_t>(value));
}

void append(std::string& to, const kafka::GroupOffset& offset)
{
    append(to, offset.offset.value());
    append_text(to, offset.metadata);
}

std::int64_t read_number(ByteReader& in)
{
    return static_cast<std::int64_t>(in.ordered<std::uint64_t>());
}

kafka::GroupOffset read_offset(ByteReader& in)
{
    kafka::GroupOffset offset;
    offset.offset = Offset{read_number(in)};
    offset.metadata = in.text();
    return offset;
}

}  // namespace

std::string encode(const GroupMarks& marks)
{
    std::string out;
    append(out, marks.read_ms);
    for (const auto& [at, mark] : marks.marks) {
        append_text(out, at.topic.value());
        append_ordered(out, static_cast<std::uint32_t>(at.partition.value()));
        append(out, mark.source);
        const auto& written = mark.written;
        append_ordered(out, static_cast<std::uint8_t>(written ? 1 : 0));
        if (!written) continue;
        append(out, written->target);
        append(out, written->source.value());
        append(out, written->wall_ms);
    }
    return out;
}

Result<GroupMarks> decode_group_marks(std::string_view bytes)
{
    ByteReader in{bytes};
    GroupMarks marks;
    marks.read_ms = read_number(in);
    bool known = true;
    while (in.ok() && !in.at_end()) {
        TopicPartition at;
        at.topic = TopicName{std::string{in.text()}};
        at.partition = Partition{static_cast<std::int32_t>(in.ordered<std::uint32_t>())};
        GroupMark mark{read_offset(in), {}};
        const auto written = in.ordered<std::uint8_t>();
        known = known && written <= 1;
        if (written == 1) {
            auto& of = mark.written.emplace();
            of.target = read_offset(in);
            of.source = Offset{read_number(in)};
            of.wall_ms = read_number(in);
        }
        marks.marks.insert_or_assign(std::move(at), std::move(mark));
    }
    if (!known || !in.ok()) return fail(Errc::corrupt, "local view: marks of a group");
    return marks;
}

}  // namespace strait::links
