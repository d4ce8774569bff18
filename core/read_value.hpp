#pragma once

#include "core/document.hpp"
#include "core/units.hpp"

#include <charconv>
#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace strait {

// Why a value does not fit its type: a code of the configuration, and a sentence.
struct Misfit {
    std::string_view code;  // a literal
    std::string text;
};

// Puts `from` into `to`, or says why it cannot. An overload here, or beside another type, is all
// that it takes to read that type.
//
// Quantities carry their unit: `unit_missing` for a bare number. Anything of another kind is a
// `wrong_type`, a number too large for the type is `out_of_range`.
std::optional<Misfit> read_value(const Document& from, std::string& to);
std::optional<Misfit> read_value(const Document& from, bool& to);
std::optional<Misfit> read_value(const Document& from, Bytes& to);
std::optional<Misfit> read_value(const Document& from, std::chrono::milliseconds& to);
std::optional<Misfit> read_value(const Document& from, Timestamp& to);

// "none" is no limit.
std::optional<Misfit> read_value(const Document& from, std::optional<ByteRate>& to);
std::optional<Misfit> read_value(const Document& from, std::optional<RecordRate>& to);

// "'x' is not a size, like 64MiB", or what else stands there instead of a scalar.
Misfit wrong_type(const Document& from, std::string_view wanted);

template <std::integral T>
std::optional<Misfit> read_value(const Document& from, T& to)
{
    if (from.kind != Document::Kind::number) return wrong_type(from, "a whole number");
    const auto* const last = from.scalar.data() + from.scalar.size();
    const auto [end, failure] = std::from_chars(from.scalar.data(), last, to);
    if (failure == std::errc{} && end == last) return std::nullopt;
    if (from.scalar.find_first_of(".eE") != std::string::npos)
        return wrong_type(from, "a whole number");
    return Misfit{"out_of_range", from.scalar + " does not fit here"};
}

}  // namespace strait
