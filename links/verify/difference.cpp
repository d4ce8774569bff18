#include "links/verify/difference.hpp"

#include <utility>

namespace strait::links {

namespace {

std::string number(const std::optional<Offset>& offset)
{
    return offset ? std::to_string(offset->value()) : "?";
}

}  // namespace

std::string to_string(const Difference& difference)
{
    const auto source = "source offset " + number(difference.source);
    const auto target = "target offset " + number(difference.target);
    switch (difference.kind) {
        case Difference::Kind::not_mirrored: return source + " was not mirrored";
        case Difference::Kind::source_missing:
            return source + ", copied to " + target + ", is gone";
        case Difference::Kind::target_missing:
            return target + ", the copy of " + source + ", is gone";
        case Difference::Kind::foreign: return target + " was not written by the link";
        case Difference::Kind::key: return "the key of " + target + " is not that of " + source;
        case Difference::Kind::value: return "the value of " + target + " is not that of " + source;
        case Difference::Kind::headers:
            return "the headers of " + target + " are not those of " + source;
        case Difference::Kind::timestamp:
            return "the timestamp of " + target + " is not that of " + source;
        case Difference::Kind::digest:
        case Difference::Kind::map:
        case Difference::Kind::ends: return difference.text;
    }
    std::unreachable();
}

}  // namespace strait::links
