#pragma once

#include "catalog/records/record.hpp"
#include "catalog/store/indexes.hpp"
#include "core/error.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strait::catalog {

// The number of a kind's layout, its stored value's first byte. What follows is canonical JSON.
inline constexpr std::uint8_t record_version = 1;

std::string encode_record(const boost::json::value& json);

// `memory`: where the value is, which it must not outlive.
Result<boost::json::value> decode_record(std::string_view bytes,
                                         boost::json::storage_ptr memory = {});

template <AnyRecord T>
std::string encode(const T& record)
{
    return encode_record(to_json(record, Purpose::stored));
}

// Errc::corrupt for what is no such record, Errc::conflict for one of a newer program.
template <AnyRecord T>
Result<T> decode(std::string_view bytes)
{
    // Most records fit; of a longer one the rest goes to the heap.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the parser writes before it reads
    std::array<unsigned char, std::size_t{8} << 10U> buffer;
    boost::json::monotonic_resource memory{buffer.data(), buffer.size()};
    const auto json = decode_record(bytes, &memory);
    if (!json) return fail(json.error());
    T record;
    if (!from_json(*json, record))
        return fail(Errc::corrupt, "the catalog: a record is unreadable");
    return record;
}

// The entries of a stored record, whatever it is. `key`: its own in `records`.
Result<std::vector<Entry>> entries_of_stored(std::string_view key, std::string_view value);

}  // namespace strait::catalog
