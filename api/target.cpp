#include "api/target.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <ranges>
#include <utility>

namespace strait::api {

namespace {

std::unexpected<Refusal> refuse_target(std::string text)
{
    return refuse("invalid-request", std::move(text));
}

// The length of the UTF-8 sequence at the start of `text`, 0 if there is no valid one.
std::size_t sequence_at(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) return 0;
    }
    const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool surrogate = first == 0xed && byte(1) >= 0xa0;
    const bool beyond = first == 0xf4 && byte(1) >= 0x90;
    return overlong || surrogate || beyond ? 0 : size;
}

bool is_text(std::string_view text)
{
    while (!text.empty()) {
        const auto byte = static_cast<std::uint8_t>(text.front());
        const auto size = sequence_at(text);
        if (size == 0 || byte < 0x20 || byte == 0x7f) return false;
        text.remove_prefix(size);
    }
    return true;
}

std::optional<std::string> decode(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        unsigned byte = 0;
        const auto hex = text.substr(i + 1, 2);
        const auto [end, failure] = std::from_chars(hex.data(), hex.data() + hex.size(), byte, 16);
        if (hex.size() != 2 || failure != std::errc{} || end != hex.data() + 2) return std::nullopt;
        out += static_cast<char>(byte);
        i += 2;
    }
    if (!is_text(out)) return std::nullopt;
    return out;
}

Answered<std::string> decode_segment(std::string_view text)
{
    auto segment = decode(text);
    if (!segment) return refuse_target("the target is not percent-encoded UTF-8");
    if (segment->empty() || *segment == "." || *segment == ".." || segment->contains('/')) {
        return refuse_target("the target has an empty segment, a dot segment or an encoded slash");
    }
    return *std::move(segment);
}

Answered<std::vector<Target::Parameter>> read_parameters(std::string_view query)
{
    std::vector<Target::Parameter> parameters;
    if (query.empty()) return parameters;
    for (const auto part : std::views::split(query, '&')) {
        const std::string_view parameter{part.begin(), part.end()};
        const auto equals = std::min(parameter.find('='), parameter.size());
        auto name = decode(parameter.substr(0, equals));
        auto value = decode(parameter.substr(std::min(equals + 1, parameter.size())));
        if (!name || !value) return refuse_target("not a query");
        parameters.push_back({*std::move(name), *std::move(value)});
    }
    return parameters;
}

}  // namespace

Answered<Target> read_target(std::string_view target)
{
    if (!target.starts_with('/') || target.contains('#')) {
        return refuse_target("a target begins with a slash and has no fragment");
    }
    Target out;
    const auto question = target.find('?');
    auto path = target.substr(1, question == std::string_view::npos ? question : question - 1);
    const auto colon = path.find(':', path.rfind('/') + 1);
    if (colon != std::string_view::npos) {
        auto verb = decode_segment(path.substr(colon + 1));
        if (!verb) return std::unexpected{verb.error()};
        out.verb = *std::move(verb);
        path = path.substr(0, colon);
    }
    for (const auto part : std::views::split(path, '/')) {
        auto segment = decode_segment({part.begin(), part.end()});
        if (!segment) return std::unexpected{segment.error()};
        out.segments.push_back(*std::move(segment));
    }
    if (question == std::string_view::npos) return out;
    auto parameters = read_parameters(target.substr(question + 1));
    if (!parameters) return std::unexpected{parameters.error()};
    out.parameters = *std::move(parameters);
    return out;
}

}  // namespace strait::api
