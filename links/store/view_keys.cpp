#include "links/store/view_keys.hpp"

#include "core/codec.hpp"

#include <cassert>
#include <utility>

namespace strait::links {

namespace {

constexpr std::size_t generation_size = 4;
constexpr std::size_t offset_size = 8;
constexpr std::uint8_t held_format = 1;

std::uint64_t bits(Offset offset) { return static_cast<std::uint64_t>(offset.value()); }

Offset read_offset(ByteReader& in)
{
    return Offset{static_cast<std::int64_t>(in.ordered<std::uint64_t>())};
}

}  // namespace

Result<std::string> ViewDatabase::get(ViewFamily family, const std::string& key) const
{
    std::string value;
    const auto status = db->Get(read_options(), in(family), key, &value);
    if (status.IsNotFound()) return std::string{};
    if (!status.ok()) return fail(translated(status));
    return value;
}

std::string link_prefix(std::uint32_t link)
{
    std::string key;
    append_ordered(key, link);
    return key;
}

std::string key_of_applied(std::uint32_t link) { return link_prefix(link) + "a"; }

std::string key_of_applied(std::uint32_t link, ShardNumber shard)
{
    auto key = key_of_applied(link);
    append_ordered(key, shard.value());
    return key;
}

std::string key_of_group(std::uint32_t link, const GroupName& group)
{
    return link_prefix(link) + "g" + group.value();
}

std::string encode(const Applied& applied)
{
    std::string out;
    append_ordered(out, bits(applied.offset));
    if (applied.txn_no == TxnNo{}) return out;
    append_ordered(out, applied.session.value());
    append_ordered(out, applied.txn_no.value());
    return out;
}

Result<Applied> decode_applied(std::string_view bytes)
{
    ByteReader in{bytes};
    Applied applied;
    applied.offset = read_offset(in);
    if (!in.at_end()) {
        applied.session = Session{in.ordered<std::uint64_t>()};
        applied.txn_no = TxnNo{in.ordered<std::uint64_t>()};
    }
    if (!in.ok() || !in.at_end()) return fail(Errc::corrupt, "local view: applied offset");
    return applied;
}

std::string prefix_of(const MirrorPrefix& mirror)
{
    auto key = link_prefix(mirror.link);
    for (const auto byte : mirror.topic.bytes) key.push_back(static_cast<char>(byte));
    append_ordered(key, static_cast<std::uint32_t>(mirror.partition.value()));
    return key;
}

std::string key_of_block(const MirrorPrefix& mirror, Generation generation, Offset first)
{
    auto key = prefix_of(mirror);
    append_ordered(key, generation.value());
    append_ordered(key, bits(first));
    return key;
}

Generation generation_in(std::string_view block_key)
{
    assert(block_key.size() >= generation_size + offset_size);
    ByteReader in{block_key.substr(block_key.size() - offset_size - generation_size)};
    return Generation{in.ordered<std::uint32_t>()};
}

Offset first_in(std::string_view block_key)
{
    assert(block_key.size() >= offset_size);
    ByteReader in{block_key.substr(block_key.size() - offset_size)};
    return read_offset(in);
}

std::string encode(const PartitionHead& head)
{
    std::string out;
    append_ordered(out, head.generation.value());
    append_ordered(out, bits(head.first_source));
    append_ordered(out, head.seq.value());
    append_ordered(out, head.txn_no.value());
    append_ordered(out, bits(head.target_log_start));
    return out;
}

Result<PartitionHead> decode_head(std::string_view bytes)
{
    ByteReader in{bytes};
    PartitionHead head;
    head.generation = Generation{in.ordered<std::uint32_t>()};
    head.first_source = read_offset(in);
    head.seq = PartitionSeq{in.ordered<std::uint64_t>()};
    head.txn_no = TxnNo{in.ordered<std::uint64_t>()};
    head.target_log_start = read_offset(in);
    if (!in.ok() || !in.at_end()) return fail(Errc::corrupt, "local view: a partition's head");
    return head;
}

std::string key_of_held(std::uint32_t link, const TopicName& source)
{
    return link_prefix(link) + source.value();
}

std::string encode(const HeldValues& held)
{
    std::string out;
    append_ordered(out, held_format);
    append_ordered(out, static_cast<std::uint32_t>(held.size()));
    for (const auto& [name, value] : held) {
        append_text(out, name);
        append_text(out, value);
    }
    return out;
}

Result<HeldValues> decode_held(std::string_view bytes)
{
    ByteReader in{bytes};
    HeldValues held;
    const bool known = in.ordered<std::uint8_t>() == held_format;
    for (auto left = in.ordered<std::uint32_t>(); known && in.ok() && left > 0; --left) {
        std::string name{in.text()};
        held.insert_or_assign(std::move(name), std::string{in.text()});
    }
    if (!known || !in.ok() || !in.at_end()) {
        return fail(Errc::corrupt, "local view: held configs of a topic");
    }
    return held;
}

Error translated(const rocksdb::Status& status)
{
    const auto code = status.IsCorruption() ? Errc::corrupt : Errc::unavailable;
    const auto* const remedy =
        status.IsNoSpace() ? "make room under data_dir, the link then goes on by itself: " : "";
    return Error{code, "local view: " + (remedy + status.ToString())};
}

}  // namespace strait::links
