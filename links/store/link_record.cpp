#include "links/store/link_record.hpp"

#include "core/codec.hpp"
#include "core/overloaded.hpp"

#include <boost/crc.hpp>

#include <cassert>
#include <type_traits>
#include <utility>

namespace strait::links {

namespace {

using kafka::AclOperation;
using kafka::AclPermission;
using kafka::AclResource;

constexpr std::uint8_t format = 1;
constexpr std::uint8_t owner_format = 4;  // of an L; without what came in the later ones:
constexpr std::uint8_t owner_format_ordered = 2;
constexpr std::uint8_t owner_format_cut = 3;
constexpr std::uint8_t topic_format = 3;  // of a T; without what came in the later ones:
constexpr std::uint8_t topic_format_released = 2;

std::uint32_t crc32c(std::string_view bytes)
{
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
    crc.process_bytes(bytes.data(), bytes.size());
    return crc.checksum();
}

// Numbers in their full width, Named ones as their number, enumerators and bools as one byte,
// texts and topic ids as themselves.
template <class T>
void put(std::string& out, const T& value)
{
    if constexpr (std::is_same_v<T, TopicId>) {
        for (const auto byte : value.bytes) out.push_back(static_cast<char>(byte));
    } else if constexpr (std::is_same_v<T, std::string>) {
        append_text(out, value);
    } else if constexpr (std::is_enum_v<T>) {
        out.push_back(static_cast<char>(value));
    } else if constexpr (std::is_same_v<T, bool>) {
        out.push_back(value ? 1 : 0);
    } else if constexpr (std::is_integral_v<T>) {
        append_ordered(out, static_cast<std::make_unsigned_t<T>>(value));
    } else {
        put(out, value.value());
    }
}

template <class... Fields>
void put_all(std::string& out, const Fields&... fields)
{
    (put(out, fields), ...);
}

// Reads what put() wrote. A byte that is no value of a bool or an enumeration makes it not good().
class FieldReader {
  public:
    explicit FieldReader(std::string_view bytes) : in_{bytes} {}

    template <class... Fields>
    void get_all(Fields&... fields)
    {
        (get(fields), ...);
    }

    template <class Enum>
    void get_enum(Enum& value, Enum last, Enum first = Enum{})
    {
        const auto byte = in_.ordered<std::uint8_t>();
        good_ = good_ && byte >= std::to_underlying(first) && byte <= std::to_underlying(last);
        if (good_) value = static_cast<Enum>(byte);
    }

    [[nodiscard]] std::string_view rest() const { return in_.rest(); }
    [[nodiscard]] bool good() const { return good_ && in_.ok(); }
    [[nodiscard]] bool good_at_end() const { return good() && in_.at_end(); }

  private:
    template <class T>
    void get(T& value)
    {
        if constexpr (std::is_same_v<T, TopicId>) {
            for (auto& byte : value.bytes) byte = in_.ordered<std::uint8_t>();
        } else if constexpr (std::is_same_v<T, std::string>) {
            value = in_.text();
        } else if constexpr (std::is_same_v<T, bool>) {
            const auto byte = in_.ordered<std::uint8_t>();
            good_ = good_ && byte <= 1;
            value = byte == 1;
        } else if constexpr (std::is_integral_v<T>) {
            value = static_cast<T>(in_.ordered<std::make_unsigned_t<T>>());
        } else {
            std::remove_cvref_t<decltype(value.value())> raw{};
            get(raw);
            value = T{std::move(raw)};
        }
    }

    ByteReader in_;
    bool good_ = true;
};

// What is between the format and the checksum.
struct StoredFields {
    std::uint8_t format = 0;
    std::string_view bytes;
};

Result<StoredFields> checked_fields(std::string_view value, std::uint8_t newest)
{
    constexpr std::size_t crc_size = 4;
    const auto found = value.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(value.front());
    if (found > newest) {
        return fail(Errc::conflict, "a link record of format " + std::to_string(found));
    }
    if (value.size() < 1 + crc_size) return fail(Errc::corrupt, "a link record is cut off");
    const auto body = value.substr(0, value.size() - crc_size);
    const auto stored = ByteReader{value.substr(body.size())}.ordered<std::uint32_t>();
    if (found == 0 || stored != crc32c(body)) {
        return fail(Errc::corrupt, "the checksum of a link record differs");
    }
    return StoredFields{found, body.substr(1)};
}

Error unreadable(std::string_view what)
{
    return Error{Errc::corrupt, "unreadable " + std::string{what}};
}

Result<LinkRecord> decode_fields(const OwnerKey& key, const StoredFields& fields)
{
    FieldReader in{fields.bytes};
    LinkOwner owner;
    owner.link = key.link;
    in.get_all(owner.install, owner.source_cluster, owner.shards, owner.term);
    if (fields.format > format) {
        const bool may_cut = fields.format >= owner_format_cut;
        in.get_enum(owner.order.desired, may_cut ? Desired::failed_over : Desired::paused);
        in.get_all(owner.order.reason, owner.order.since_ms);
    }
    if (fields.format == owner_format) {
        in.get_enum(owner.delivery, Delivery::at_least_once);
    }
    if (!in.good_at_end()) return fail(unreadable("link owner"));
    return owner;
}

Result<LinkRecord> decode_fields(const SessionKey& key, const StoredFields& fields)
{
    FieldReader in{fields.bytes};
    ShardSession session{
        .link = key.link, .shard = key.shard, .session = {}, .txn_no = {}, .node = {}};
    in.get_all(session.session, session.txn_no, session.node);
    if (!in.good_at_end()) return fail(unreadable("session"));
    return session;
}

Result<LinkRecord> decode_fields(const TopicKey& key, const StoredFields& fields)
{
    FieldReader in{fields.bytes};
    TopicOwner topic;
    topic.link = key.link;
    topic.source = key.source;
    std::uint32_t previous = 0;
    in.get_all(topic.target, topic.source_id, topic.target_id, topic.source_cluster);
    in.get_all(topic.partitions, previous);
    if (previous > TopicOwner::previous_ids_max) return fail(unreadable("topic owner"));
    topic.previous_ids.resize(previous);
    for (auto& id : topic.previous_ids) in.get_all(id);
    if (fields.format >= topic_format_released) in.get_all(topic.released);
    if (fields.format == topic_format) {
        in.get_enum(topic.order.desired, Desired::failed_over);
        in.get_all(topic.order.reason, topic.order.since_ms);
    }
    if (!in.good_at_end()) return fail(unreadable("topic owner"));
    return topic;
}

Result<LinkRecord> decode_fields(const GapKey& key, const StoredFields& fields)
{
    FieldReader in{fields.bytes};
    Gap gap;
    gap.link = key.link;
    gap.topic = key.topic;
    gap.partition = key.partition;
    gap.id = key.id;
    in.get_all(gap.old_id, gap.new_id, gap.generation);
    in.get_enum(gap.cause, GapCause::target_lost);
    in.get_enum(gap.policy, GapPolicy::restart);
    in.get_all(gap.open, gap.from, gap.to, gap.target, gap.epoch);
    in.get_all(gap.wall_time_ms, gap.acknowledged_by);
    if (!in.good_at_end()) return fail(unreadable("gap"));
    return gap;
}

Result<LinkRecord> decode_fields(const BlockKey& key, const StoredFields& fields)
{
    FieldReader in{fields.bytes};
    Checkpoint found;
    found.link = key.link;
    found.source_id = key.source_id;
    found.partition = key.partition;
    found.generation = key.generation;
    in.get_all(found.shard, found.session, found.txn_no, found.touched, found.seq, found.epoch);
    in.get_all(found.target_id, found.from_log_start, found.wall_time_ms);
    if (!in.good()) return fail(unreadable("checkpoint"));

    auto block = decode_block(in.rest());
    if (!block) return fail(block.error().within("checkpoint"));
    if (block->first_source != key.first_source) return fail(unreadable("checkpoint"));
    found.block = *std::move(block);
    return found;
}

std::uint8_t format_of(const LinkOwner& owner)
{
    if (owner.delivery != Delivery::exactly_once) return owner_format;
    return is_cut(owner.order.desired) ? owner_format_cut : owner_format_ordered;
}

std::uint8_t format_of(const TopicOwner& topic)
{
    if (topic.order != Order{}) return topic_format;
    return topic.released ? topic_format_released : format;
}

// The lowest one that can say it: older programs read what they can.
std::uint8_t format_of(const LinkRecord& record)
{
    const auto* const owner = std::get_if<LinkOwner>(&record);
    if (owner != nullptr) return format_of(*owner);
    const auto* const topic = std::get_if<TopicOwner>(&record);
    return topic != nullptr ? format_of(*topic) : format;
}

Result<LinkRecord> decode_fields(const AclKey& key, const StoredFields& fields)
{
    FieldReader in{fields.bytes};
    AclOwner owner{.link = key.link, .acl = key.acl};
    in.get_all(owner.wall_time_ms);
    if (!in.good_at_end()) return fail(unreadable("ACL"));
    return owner;
}

}  // namespace

std::string encode_key(const RecordKey& key)
{
    std::string out;
    const auto begin = [&](char type, const LinkName& link) {
        out.push_back(type);
        put_all(out, format, link);
    };
    std::visit(Overloaded{
                   [&](const OwnerKey& of) { begin('L', of.link); },
                   [&](const SessionKey& of) {
                       begin('S', of.link);
                       put(out, of.shard);
                   },
                   [&](const TopicKey& of) {
                       begin('T', of.link);
                       put(out, of.source);
                   },
                   [&](const GapKey& of) {
                       begin('G', of.link);
                       put_all(out, of.topic, of.partition, of.id);
                   },
                   [&](const BlockKey& of) {
                       begin('C', of.link);
                       put_all(out, of.source_id, of.partition, of.generation, of.first_source);
                   },
                   [&](const AclKey& of) {
                       const auto& acl = of.acl;
                       assert(acl.pattern == kafka::AclPattern::literal);
                       begin('A', of.link);
                       put_all(out, acl.resource, acl.name, acl.principal);
                       put_all(out, acl.host, acl.operation, acl.permission);
                   },
               },
               key);
    return out;
}

std::optional<std::string> encode_value(const LinkRecord& record)
{
    if (std::holds_alternative<Removal>(record)) return std::nullopt;

    std::string out;
    put(out, format_of(record));
    std::visit(
        Overloaded{
            [&](const LinkOwner& of) {
                assert(of.order.reason.size() <= Order::reason_bytes_max);
                put_all(out, of.install, of.source_cluster, of.shards, of.term);
                put_all(out, of.order.desired, of.order.reason, of.order.since_ms);
                if (format_of(of) == owner_format) put(out, of.delivery);
            },
            [&](const ShardSession& of) { put_all(out, of.session, of.txn_no, of.node); },
            [&](const TopicOwner& of) {
                assert(of.previous_ids.size() <= TopicOwner::previous_ids_max);
                put_all(out, of.target, of.source_id, of.target_id, of.source_cluster);
                put_all(out, of.partitions, static_cast<std::uint32_t>(of.previous_ids.size()));
                for (const auto& id : of.previous_ids) put(out, id);
                if (format_of(of) >= topic_format_released) put(out, of.released);
                if (format_of(of) < topic_format) return;
                assert(of.order.reason.size() <= Order::reason_bytes_max);
                put_all(out, of.order.desired, of.order.reason, of.order.since_ms);
            },
            [&](const Gap& of) {
                put_all(out, of.old_id, of.new_id, of.generation, of.cause, of.policy, of.open);
                put_all(out, of.from, of.to, of.target, of.epoch, of.wall_time_ms);
                put(out, of.acknowledged_by);
            },
            [&](const Checkpoint& of) {
                put_all(out, of.shard, of.session, of.txn_no, of.touched, of.seq, of.epoch);
                put_all(out, of.target_id, of.from_log_start, of.wall_time_ms);
                out += encode(of.block);
            },
            [&](const AclOwner& of) { put(out, of.wall_time_ms); },
            [](const Removal&) { std::unreachable(); },
        },
        record);
    append_ordered(out, crc32c(out));
    return out;
}

Result<RecordKey> decode_key(std::string_view key)
{
    FieldReader in{key};
    std::uint8_t type = 0;
    std::uint8_t found = 0;
    LinkName link;
    in.get_all(type, found);
    if (in.good() &&
        (found > format || !std::string_view{"LSTGCA"}.contains(static_cast<char>(type)))) {
        return fail(Errc::conflict, "a link record of a newer type or format");
    }

    in.get_all(link);
    RecordKey out = OwnerKey{link};
    if (type == 'S') {
        auto& of = out.emplace<SessionKey>();
        in.get_all(of.shard);
    } else if (type == 'T') {
        auto& of = out.emplace<TopicKey>();
        in.get_all(of.source);
    } else if (type == 'G') {
        auto& of = out.emplace<GapKey>();
        in.get_all(of.topic, of.partition, of.id);
    } else if (type == 'C') {
        auto& of = out.emplace<BlockKey>();
        in.get_all(of.source_id, of.partition, of.generation, of.first_source);
    } else if (type == 'A') {
        auto& [owner, acl] = out.emplace<AclKey>();
        in.get_enum(acl.resource, AclResource::group, AclResource::topic);
        in.get_all(acl.name, acl.principal, acl.host);
        in.get_enum(acl.operation, AclOperation::idempotent_write, AclOperation::all);
        in.get_enum(acl.permission, AclPermission::allow, AclPermission::deny);
    }
    std::visit([&](auto& of) { of.link = std::move(link); }, out);
    if (!in.good_at_end() || found != format) return fail(unreadable("key of a link record"));
    return out;
}

Result<LinkRecord> decode_record(std::string_view key, std::optional<std::string_view> value)
{
    auto of = decode_key(key);
    if (!of) return fail(of.error());
    if (!value) return Removal{*std::move(of)};
    const auto newest = std::holds_alternative<OwnerKey>(*of)   ? owner_format
                        : std::holds_alternative<TopicKey>(*of) ? topic_format
                                                                : format;
    const auto fields = checked_fields(*value, newest);
    if (!fields) return fail(fields.error());
    return std::visit([&](const auto& typed) { return decode_fields(typed, *fields); }, *of);
}

Result<Checkpoint> decode_checkpoint(const BlockKey& key, std::string_view value)
{
    const auto fields = checked_fields(value, format);
    if (!fields) return fail(fields.error());
    auto record = decode_fields(key, *fields);
    if (!record) return fail(record.error());
    return std::get<Checkpoint>(*std::move(record));
}

}  // namespace strait::links
