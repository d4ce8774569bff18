#include "core/document.hpp"

#include <algorithm>
#include <utility>

namespace strait {

namespace {

constexpr std::size_t quote_bytes_max = 80;

// The bytes of the UTF-8 character at the start of `text` that a terminal only shows; 0 if there is
// none, as for control characters and what is not UTF-8.
std::size_t shown_at(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const auto first = byte(0);
    if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
    }
    return first == 0xc2 && byte(1) < 0xa0 ? 0 : size;
}

// Not in the middle of a character: continuation bytes of UTF-8 go with their first byte.
std::size_t cut_before(std::string_view text, std::size_t bytes)
{
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
    return bytes;
}

}  // namespace

std::string escaped(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    while (!text.empty()) {
        const auto size = shown_at(text);
        out += text.substr(0, size);
        if (size == 0 && text.front() == '\n') out += "\\n";
        if (size == 0 && text.front() != '\n') {
            const auto byte = static_cast<unsigned char>(text.front());
            out.append("\\x").append({digits[byte >> 4U], digits[byte & 0xFU]});
        }
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return out;
}

std::string in_quotes(std::string_view text)
{
    if (text.size() <= quote_bytes_max) return "'" + escaped(text) + "'";
    return "'" + escaped(text.substr(0, cut_before(text, quote_bytes_max))) + "...'";
}

std::string pointer_to(const std::string& pointer, std::string_view name)
{
    auto joined = pointer + "/";
    for (const char c : name) {
        if (c == '~') joined += "~0";
        if (c == '/') joined += "~1";
        if (c != '~' && c != '/') joined += c;
    }
    return joined;
}

std::string to_string(const Problem& problem)
{
    const auto& [place, pointer, code, text] = problem;
    auto line = escaped(place) + ": " + code + ": " + escaped(pointer);
    if (!text.empty()) line += ": " + escaped(text);
    return line;
}

void Problems::add(Problem problem)
{
    if (list_.size() == count_max) {
        ++left_out_;
    } else {
        list_.push_back(std::move(problem));
    }
}

void Problems::add(const Spot& spot, std::string_view code, std::string_view text)
{
    add({spot.place, spot.pointer, std::string{code}, std::string{text}});
}

void Problems::warn(const Spot& spot, std::string_view code, std::string_view text)
{
    if (warnings_.size() == count_max) return;
    warnings_.push_back({spot.place, spot.pointer, std::string{code}, std::string{text}});
}

std::string Problems::text() const
{
    std::string out;
    for (const auto& problem : list_) out += to_string(problem) + "\n";
    if (left_out_ > 0) out += "and " + std::to_string(left_out_) + " more\n";
    return out;
}

}  // namespace strait
