#include "catalog/records/json_codec.hpp"

namespace strait::catalog {

namespace {

template <class T>
bool take(const std::optional<T>& found, T& to)
{
    if (!found) return false;
    to = *found;
    return true;
}

}  // namespace

bool from_json(const boost::json::value& from, bool& to)
{
    const auto* const found = from.if_bool();
    if (found != nullptr) to = *found;
    return found != nullptr;
}

bool from_json(const boost::json::value& from, std::string& to)
{
    const auto* const found = from.if_string();
    if (found != nullptr) to.assign(found->begin(), found->end());
    return found != nullptr;
}

bool from_json(const boost::json::value& from, Personal& to) { return from_json(from, to.text); }

bool from_json(const boost::json::value& from, Hidden& to) { return from_json(from, to.hex); }

bool from_json(const boost::json::value& from, boost::json::object& to)
{
    const auto* const found = from.if_object();
    if (found != nullptr) to = *found;
    return found != nullptr;
}

bool from_json(const boost::json::value& from, Timestamp& to)
{
    std::string text;
    return from_json(from, text) && take(timestamp_from(text), to);
}

bool from_json(const boost::json::value& from, Principal& to)
{
    std::string text;
    return from_json(from, text) && take(principal_from(text), to);
}

bool from_json(const boost::json::value& from, Semver& to)
{
    std::string text;
    return from_json(from, text) && take(semver_from(text), to);
}

bool from_json(const boost::json::value& from, SemverRange& to)
{
    std::string text;
    return from_json(from, text) && take(semver_range_from(text), to);
}

bool from_json(const boost::json::value& from, std::int64_t& to)
{
    const auto number = from.try_to_number<std::int64_t>();
    if (number.has_value() && !from.is_double()) to = *number;
    return number.has_value() && !from.is_double();
}

bool from_json(const boost::json::value& from, std::uint64_t& to)
{
    const auto number = from.try_to_number<std::uint64_t>();
    if (number.has_value() && !from.is_double()) to = *number;
    return number.has_value() && !from.is_double();
}

}  // namespace strait::catalog
