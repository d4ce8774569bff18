#include "bench/link_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace strait::bench {
namespace {

std::optional<std::int64_t> number_of(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::ranges::find(words, word) != words.end();
}

std::optional<Case> case_of(std::string_view text)
{
    const auto parts = split(text, '/');
    if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
    const auto bytes = number_of(parts[0]);
    const auto partitions =
        parts.size() == 3 ? number_of(parts[2]) : std::optional{std::int64_t{4}};
    if (!bytes || *bytes < 16 || *bytes > 900'000) return std::nullopt;
    if (!partitions || *partitions < 1 || *partitions > 1000) return std::nullopt;
    if (!is_one_of(parts[1], {"none", "gzip", "snappy", "lz4", "zstd"})) return std::nullopt;
    return Case{.record_bytes = static_cast<std::size_t>(*bytes),
                .codec = parts[1],
                .partitions = static_cast<std::int32_t>(*partitions)};
}

std::vector<Case> all_cases()
{
    std::vector<Case> cases;
    for (const auto* codec : {"none", "lz4", "zstd"}) {
        for (const std::size_t bytes : {100U, 1024U, 10240U}) {
            cases.push_back({.record_bytes = bytes, .codec = codec});
        }
    }
    cases.push_back({.record_bytes = 1024, .codec = "lz4", .partitions = 100});
    return cases;
}

bool read_value(LinkOptions& options, std::string_view option, std::string_view value)
{
    if (option == "--case") {
        const auto found = case_of(value);
        if (found) options.cases.push_back(*found);
        return found.has_value();
    }
    if (option == "--strait") {
        options.strait_settings += "    " + std::string{value} + "\n";
        return true;
    }
    if (option == "--peers") {
        options.peers = split(value, ',');
        return std::ranges::all_of(options.peers, [](const auto& peer) {
            return is_one_of(peer, {"copy", "mm2", "strait"});
        });
    }
    const auto number = number_of(value);
    if (!number || *number > 100'000) return false;
    if (option == "--backlog") {
        options.backlog = {static_cast<std::uint64_t>(*number) * 1'000'000};
        return *number > 0;
    }
    options.latency_time = std::chrono::seconds{*number};
    return option == "--latency";
}

}  // namespace

Result<LinkOptions> read_link_options(std::span<const std::string> words)
{
    LinkOptions options;
    bool quick = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--quick") {
            quick = true;
            options.backlog = {600'000'000};
            options.latency_time = std::chrono::seconds{10};
            continue;
        }
        if (i + 1 == words.size() || !read_value(options, words[i], words[i + 1])) {
            return strait::fail(Errc::invalid_argument, "not understood: " + words[i]);
        }
        ++i;
    }
    if (options.cases.empty() && quick) {
        options.cases = {{.record_bytes = 1024, .codec = "none"},
                         {.record_bytes = 1024, .codec = "lz4"}};
    }
    if (options.cases.empty()) options.cases = all_cases();
    return options;
}

}  // namespace strait::bench
