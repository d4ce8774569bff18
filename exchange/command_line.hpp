#pragma once

#include <cstdint>
#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): the name that CLI11 gave it
class App;
class Option;
}  // namespace CLI

namespace strait::exchange {

// Accepts for `option` whole decimal numbers from 0 to `max` alone. What CLI11 converts by itself
// it cuts off at the type's limits, and reads as octal after a 0.
void expect_count(CLI::Option& option, std::int64_t max);

// The first word that `app` or one of its commands did not know, and what is known there; empty if
// it knew them all. REQUIRES: `app` has parsed.
std::string unknown_word(const CLI::App& app);

}  // namespace strait::exchange
