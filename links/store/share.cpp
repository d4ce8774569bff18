#include "links/store/share.hpp"

#include <charconv>
#include <system_error>

namespace strait::links {

std::string written(Share share)
{
    if (share.millionths >= Share::whole) return "1";
    auto places = std::to_string(Share::whole + share.millionths).substr(1);
    places.erase(places.find_last_not_of('0') + 1);
    return places.empty() ? "0" : "0." + places;
}

std::optional<Misfit> read_value(const Document& from, Share& to)
{
    if (from.kind != Document::Kind::number) return wrong_type(from, "a number");
    const auto* const last = from.scalar.data() + from.scalar.size();
    double part = 0;
    const auto [end, failure] = std::from_chars(from.scalar.data(), last, part);
    const bool fits = failure == std::errc{} && end == last && part >= 0 && part <= 1;
    if (!fits) return Misfit{"out_of_range", from.scalar + " is not a number from 0 to 1"};
    // 0.29 is a little less than that in a double.
    constexpr double rounding = 1e-9;
    to.millionths = static_cast<std::uint32_t>((part + rounding) * Share::whole);
    return std::nullopt;
}

}  // namespace strait::links
