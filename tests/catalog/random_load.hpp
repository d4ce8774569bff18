#pragma once

#include "catalog/store/answers.hpp"
#include "tests/catalog/some_act.hpp"

#include <cstdint>

namespace strait::catalog {

// A sequence of commands as an exchange sees them, most of them legal: the one of a number, from
// the same seed and on the same catalog, is always the same.
class RandomLoad {
  public:
    explicit RandomLoad(std::uint64_t seed) : seed_{seed} {}

    [[nodiscard]] static Timestamp time_of(std::uint64_t number);
    Outcome<void> execute(Draft& draft, std::uint64_t number) const;

    // The same as a call with a name, which is answered its number.
    [[nodiscard]] static NamedCall call_of(std::uint64_t number);
    Outcome<StoredAnswer> answer(Draft& draft, std::uint64_t number) const;

  private:
    std::uint64_t seed_;
};

}  // namespace strait::catalog
