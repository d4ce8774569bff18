#include "bench/scale_options.hpp"

#include <charconv>
#include <optional>
#include <system_error>

namespace strait::bench {
namespace {

std::optional<std::int32_t> number_of(std::string_view text, std::int32_t max)
{
    std::int32_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number >= 1 && number <= max ? std::optional{number} : std::nullopt;
}

bool read_value(ScaleOptions& options, std::string_view option, std::string_view value)
{
    if (option == "--trace") {
        options.trace = value;
        return !value.empty();
    }
    const auto number = number_of(value, 10'000);
    if (!number) return false;
    if (option == "--topics") {
        options.topics = static_cast<std::size_t>(*number);
    } else if (option == "--partitions") {
        options.partitions = *number;
    } else if (option == "--rest") {
        options.quiet_time = std::chrono::seconds{*number};
    } else if (option == "--rate") {
        options.records_per_second = *number;
    } else {
        return false;
    }
    return true;
}

}  // namespace

Result<ScaleOptions> read_scale_options(std::span<const std::string> words)
{
    ScaleOptions options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--quick") {
            options.topics = 20;
            options.partitions = 3;
            options.quiet_time = std::chrono::seconds{5};
            continue;
        }
        if (i + 1 == words.size() || !read_value(options, words[i], words[i + 1])) {
            return strait::fail(Errc::invalid_argument, "not understood: " + words[i]);
        }
        ++i;
    }
    return options;
}

}  // namespace strait::bench
