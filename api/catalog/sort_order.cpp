#include "api/catalog/sort_order.hpp"

#include "api/catalog/lists.hpp"

#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <ranges>
#include <span>

namespace strait::api {

namespace {

namespace json = boost::json;

// What comes before what, whatever it is; the first byte of a value's bytes.
enum class Kind : std::uint8_t { absent, truth, number, text, other };

using ValueBytes = std::span<std::uint8_t, sort_value_bytes>;

// So that their order is that of the values.
void write_value(const json::value* value, ValueBytes bytes)
{
    const auto rest = bytes.subspan<1>();
    const auto put = [&](Kind kind) { bytes.front() = static_cast<std::uint8_t>(kind); };
    const auto put_number = [&](std::uint64_t number) {
        put(Kind::number);
        boost::endian::store_big_u64(rest.data(), number);
    };
    constexpr auto zero = std::uint64_t{1} << 63U;  // numbers below it are negative
    if (value == nullptr || value->is_null()) return put(Kind::absent);
    if (value->is_bool()) {
        put(Kind::truth);
        rest.front() = value->get_bool() ? 1 : 0;
    } else if (value->is_int64()) {
        put_number(static_cast<std::uint64_t>(value->get_int64()) ^ zero);
    } else if (value->is_uint64()) {
        put_number(value->get_uint64() | zero);
    } else if (const auto* const text = value->if_string()) {
        put(Kind::text);
        std::ranges::copy(std::string_view{*text}.substr(0, rest.size()), rest.begin());
    } else {
        put(Kind::other);
    }
}

}  // namespace

Answered<SortOrder> SortOrder::parse(std::string_view text, const FieldNames& fields)
{
    SortOrder order;
    if (text.empty()) return order;
    for (const auto part : std::views::split(text, ',')) {
        std::string_view name{part.begin(), part.end()};
        const bool descends = name.starts_with('-');
        if (descends) name.remove_prefix(1);
        if (!fields.contains(name)) {
            std::string known;
            for (const auto& each : fields) known.append(known.empty() ? "" : ", ").append(each);
            return refuse(wrong_parameter("sort", "sort: fields of these are: " + known));
        }
        order.fields_.push_back({std::string{name}, descends});
    }
    if (order.fields_.size() > sort_fields_max) {
        return refuse(wrong_parameter(
            "sort", "sort: at most " + std::to_string(sort_fields_max) + " fields"));
    }
    return order;
}

SortOrder::Place SortOrder::place_of(const json::object& shown, const catalog::IdBits& id) const
{
    Place place{};
    std::span<std::uint8_t> rest{place};
    for (const auto& [name, descends] : fields_) {
        const auto bytes = rest.first<sort_value_bytes>();
        write_value(find_field(shown, name), bytes);
        if (descends) {
            for (auto& byte : bytes) byte = static_cast<std::uint8_t>(~byte);
        }
        rest = rest.subspan(sort_value_bytes);
    }
    std::ranges::copy(id, place.end() - static_cast<std::ptrdiff_t>(id.size()));
    return place;
}

catalog::IdBits SortOrder::id_in(const Place& place)
{
    catalog::IdBits id{};
    std::ranges::copy(std::span{place}.last<catalog::IdBits{}.size()>(), id.begin());
    return id;
}

}  // namespace strait::api
