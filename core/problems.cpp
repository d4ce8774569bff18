#include "core/document.hpp"

#include <utility>

namespace strait {

namespace {

constexpr std::size_t quote_bytes_max = 80;

std::string escaped(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f) {
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else {
            out.append("\\x").append({digits[byte >> 4U], digits[byte & 0xFU]});
        }
    }
    return out;
}

// Not in the middle of a character: continuation bytes of UTF-8 go with their first byte.
std::size_t cut_before(std::string_view text, std::size_t bytes)
{
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
    return bytes;
}

}  // namespace

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
    if (list_.size() < count_max) list_.push_back(std::move(problem));
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
    return out;
}

}  // namespace strait
