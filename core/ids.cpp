#include "core/ids.hpp"

namespace strait {

bool is_config_name(std::string_view name) noexcept
{
    constexpr auto npos = std::string_view::npos;
    return !name.empty() && name.size() <= 40 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == npos;
}

std::string to_string(const TopicId& id)
{
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    unsigned pending = 0;
    unsigned bits = 0;
    for (const unsigned byte : id.bytes) {
        pending = (pending << 8U) | byte;
        for (bits += 8; bits >= 6; bits -= 6) text += alphabet[(pending >> (bits - 6)) & 0x3FU];
    }
    if (bits > 0) text += alphabet[(pending << (6 - bits)) & 0x3FU];
    return text;
}

std::string to_string(const TopicPartition& at)
{
    return at.topic.value() + "-" + std::to_string(at.partition.value());
}

}  // namespace strait
