#pragma once

#include "catalog/records/record.hpp"
#include "catalog/store/indexes.hpp"
#include "core/error.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strait::catalog {

// The number of a kind's layout, its stored value's first byte. What follows is canonical JSON.
inline constexpr std::uint8_t record_version = 1;

std::string encode_record(const boost::json::value& json);
Result<boost::json::value> decode_record(std::string_view bytes);

template <AnyRecord T>
std::string encode(const T& record)
{
    return encode_record(to_json(record, Purpose::stored));
}

// Errc::corrupt for what is no such record, Errc::conflict for one of a newer program.
template <AnyRecord T>
Result<T> decode(std::string_view bytes)
{
    const auto json = decode_record(bytes);
    if (!json) return fail(json.error());
    T record;
    if (!from_json(*json, record))
        return fail(Errc::corrupt, "the catalog: a record is unreadable");
    return record;
}

// The entries of a stored record, whatever it is. `key`: its own in `records`.
Result<std::vector<Entry>> entries_of_stored(std::string_view key, std::string_view value);

}  // namespace strait::catalog
