#pragma once

#include "core/document.hpp"
#include "core/read_value.hpp"
#include "core/units.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace strait::links {

// A part of a whole, written as a number from 0 to 1: "0.05".
struct Share {
    static constexpr std::uint32_t whole = 1'000'000;

    std::uint32_t millionths = whole;

    auto operator<=>(const Share&) const = default;
};

using strait::written;  // for what else is written in a sentence
std::string written(Share share);

// Whatever a number has beyond six places is cut off.
std::optional<Misfit> read_value(const Document& from, Share& to);

}  // namespace strait::links
