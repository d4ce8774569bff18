#pragma once

#include "catalog/records/refusal.hpp"
#include "core/document.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// What texts may be (catalog.md 1). Each adds what is wrong, by pointer, so that a caller mends all
// of it in one go.
namespace strait::catalog {

inline constexpr std::size_t title_size_max = 120;
inline constexpr std::size_t message_size_max = 500;
inline constexpr std::size_t email_size_max = 254;

// 1 to 40 of a-z, 0-9 and "-", the first no "-".
void check_name(std::string_view pointer, std::string_view name, Problems& problems);

// 1 to `size_max` bytes of UTF-8, on one line: without control characters.
void check_text(std::string_view pointer,
                std::string_view text,
                std::size_t size_max,
                Problems& problems);

// At most `size_max` bytes of UTF-8, on any number of lines.
void check_lines(std::string_view pointer,
                 std::string_view text,
                 std::size_t size_max,
                 Problems& problems);

// An address that may be one: one "@" with something before it and a domain behind it.
void check_email(std::string_view pointer, std::string_view email, Problems& problems);
void check_domain(std::string_view pointer, std::string_view domain, Problems& problems);

// As addresses are compared.
std::string lower_case(std::string_view text);

// "out_of_range" for what stands there; `text` says what is allowed.
void reject(Problems& problems, std::string_view pointer, std::string_view text);

// Counts and sizes.
void check_count(std::string_view pointer, std::size_t count, std::size_t max, Problems& problems);

// One or more of the values of an enumeration.
template <class E>
void check_choice(std::string_view pointer, std::vector<E> choice, Problems& problems)
{
    std::ranges::sort(choice);
    const bool twice = std::ranges::adjacent_find(choice) != choice.end();
    if (choice.empty() || twice) reject(problems, pointer, "at least one, and none of them twice");
}

Refusal invalid(const Problems& problems);

}  // namespace strait::catalog
