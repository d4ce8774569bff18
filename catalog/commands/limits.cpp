#include "catalog/commands/limits.hpp"

#include "core/ids.hpp"

#include <boost/algorithm/string/case_conv.hpp>

#include <algorithm>
#include <locale>

namespace strait::catalog {

namespace {

void add(Problems& problems, std::string_view pointer, std::string_view code, std::string_view text)
{
    problems.add(Spot{.place = "body", .pointer = std::string{pointer}}, code, text);
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
    const bool printable = std::ranges::none_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
    if (!text.empty() && text.size() <= size_max && printable) return;
    add(problems,
        pointer,
        "out_of_range",
        "1 to " + std::to_string(size_max) + " bytes without control characters");
}

void check_email(std::string_view pointer, std::string_view email, Problems& problems)
{
    const auto at = email.find('@');
    const bool fine = email.size() <= email_size_max && at != std::string_view::npos && at > 0 &&
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
