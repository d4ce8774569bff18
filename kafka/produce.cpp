#include "kafka/produce.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace strait::kafka {

namespace {

constexpr char nothing = '\0';  // where an empty, not absent, key or value points to

rd_kafka_vu_t piece(rd_kafka_vtype_t type, std::optional<std::string_view> bytes)
{
    rd_kafka_vu_t vu{.vtype = type, .u = {}};
    if (!bytes) return vu;
    const auto* const at = bytes->data() == nullptr ? &nothing : bytes->data();
    vu.u.mem.ptr = const_cast<char*>(at);  // copied, not changed
    vu.u.mem.size = bytes->size();
    return vu;
}

HeadersHandle headers_of(const Record& record)
{
    if (record.headers.empty()) return nullptr;
    HeadersHandle headers{rd_kafka_headers_new(record.headers.size())};
    for (const auto& [name, value] : record.headers) {
        const auto* const bytes = value && value->data() != nullptr ? value->data() : &nothing;
        rd_kafka_header_add(headers.get(),
                            name.data(),
                            static_cast<ssize_t>(name.size()),
                            value ? bytes : nullptr,
                            static_cast<ssize_t>(value ? value->size() : 0));
    }
    return headers;
}

}  // namespace

ErrorHandle produce(rd_kafka_t* client,
                    rd_kafka_topic_t* topic,
                    Partition partition,
                    const Record& record,
                    void* token)
{
    std::array<rd_kafka_vu_t, 8> vus{};
    vus[0].vtype = RD_KAFKA_VTYPE_RKT;
    vus[0].u.rkt = topic;
    vus[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    vus[1].u.i32 = partition.value();
    vus[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    vus[2].u.i = RD_KAFKA_MSG_F_COPY;
    vus[3].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    vus[3].u.i64 = record.timestamp_ms;
    vus[4].vtype = RD_KAFKA_VTYPE_OPAQUE;
    vus[4].u.ptr = token;
    vus[5] = piece(RD_KAFKA_VTYPE_KEY, record.key);
    vus[6] = piece(RD_KAFKA_VTYPE_VALUE, record.value);
    auto headers = headers_of(record);
    vus[7].vtype = RD_KAFKA_VTYPE_HEADERS;
    vus[7].u.headers = headers.get();
    const auto count = headers ? vus.size() : vus.size() - 1;
    ErrorHandle error{rd_kafka_produceva(client, vus.data(), count)};
    if (!error) static_cast<void>(headers.release());  // taken, but only by a success
    return error;
}

}  // namespace strait::kafka
