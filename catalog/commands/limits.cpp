#include "catalog/commands/limits.hpp"

#include "core/ids.hpp"

#include <boost/algorithm/string/case_conv.hpp>

#include <algorithm>
#include <locale>
#include <optional>

namespace strait::catalog {

namespace {

void add(Problems& problems, std::string_view pointer, std::string_view code, std::string_view text)
{
    problems.add(Spot{.place = "body", .pointer = std::string{pointer}}, code, text);
}

// The length of the sequence that begins so, and what of its first byte counts; 0 if none does.
struct Lead {
    std::size_t length = 0;
    char32_t bits = 0;
    char32_t smallest = 0;  // that needs this length
};

Lead lead_of(unsigned char byte)
{
    if (byte < 0x80) return {1, byte, 0};
    if (byte >> 5U == 0b110) return {2, byte & 0x1fU, 0x80};
    if (byte >> 4U == 0b1110) return {3, byte & 0x0fU, 0x800};
    if (byte >> 3U == 0b11110) return {4, byte & 0x07U, 0x10000};
    return {};
}

// Takes the first character of UTF-8 off; empty if it begins with none.
std::optional<char32_t> take_character(std::string_view& text)
{
    const auto lead = lead_of(static_cast<unsigned char>(text.front()));
    if (lead.length == 0 || lead.length > text.size()) return std::nullopt;
    auto character = lead.bits;
    for (const auto c : text.substr(1, lead.length - 1)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >> 6U != 0b10) return std::nullopt;
        character = character << 6U | (byte & 0x3fU);
    }
    const bool surrogate = character >= 0xd800 && character <= 0xdfff;
    if (character < lead.smallest || character > 0x10ffff || surrogate) return std::nullopt;
    text.remove_prefix(lead.length);
    return character;
}

// C0, delete, C1, and what ends a line or a paragraph.
bool is_control(char32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

template <class Predicate>
bool is_text(std::string_view text, Predicate is_refused)
{
    while (!text.empty()) {
        const auto character = take_character(text);
        if (!character || is_refused(*character)) return false;
    }
    return true;
}

bool is_domain(std::string_view text)
{
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    return text.size() <= 253 && text.find('.') != std::string_view::npos &&
           lower_case(text).find_first_not_of(allowed) == std::string::npos &&
           !text.starts_with('.') && !text.ends_with('.') &&
           text.find("..") == std::string_view::npos;
}

}  // namespace

void check_name(std::string_view pointer, std::string_view name, Problems& problems)
{
    if (is_config_name(name) && !name.starts_with('-')) return;
    add(problems,
        pointer,
        "out_of_range",
        in_quotes(name) + " is not 1 to 40 of a-z, 0-9 and \"-\", beginning with none of the last");
}

void check_text(std::string_view pointer,
                std::string_view text,
                std::size_t size_max,
                Problems& problems)
{
    if (!text.empty() && text.size() <= size_max && is_text(text, is_control)) return;
    add(problems,
        pointer,
        "out_of_range",
        "1 to " + std::to_string(size_max) + " bytes of UTF-8 without control characters");
}

void check_lines(std::string_view pointer,
                 std::string_view text,
                 std::size_t size_max,
                 Problems& problems)
{
    const auto is_refused = [](char32_t c) {
        const bool breaks_lines = c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029;
        return is_control(c) && !breaks_lines;
    };
    if (text.size() <= size_max && is_text(text, is_refused)) return;
    add(problems,
        pointer,
        "out_of_range",
        "at most " + std::to_string(size_max) + " bytes of UTF-8");
}

void check_email(std::string_view pointer, std::string_view email, Problems& problems)
{
    const auto at = email.find('@');
    const bool fine = email.size() <= email_size_max && is_text(email, is_control) &&
                      at != std::string_view::npos && at > 0 &&
                      email.find_first_of(" \t\r\n\"<>,;") == std::string_view::npos &&
                      is_domain(email.substr(at + 1));
    if (!fine) {
        add(problems, pointer, "out_of_range", in_quotes(email) + " is no address of e-mail");
    }
}

void check_domain(std::string_view pointer, std::string_view domain, Problems& problems)
{
    if (!is_domain(domain)) {
        add(problems, pointer, "out_of_range", in_quotes(domain) + " is no domain");
    }
}

std::string lower_case(std::string_view text)
{
    return boost::algorithm::to_lower_copy(std::string{text}, std::locale::classic());
}

void reject(Problems& problems, std::string_view pointer, std::string_view text)
{
    add(problems, pointer, "out_of_range", text);
}

void check_count(std::string_view pointer, std::size_t count, std::size_t max, Problems& problems)
{
    if (count > max) reject(problems, pointer, "at most " + std::to_string(max));
}

Refusal invalid(const Problems& problems)
{
    return {.code = RefusalCode::invalid_request,
            .detail = problems.text(),
            .problems = problems.list()};
}

}  // namespace strait::catalog
