#pragma once

#include "catalog/store/keys.hpp"
#include "core/error.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace strait::catalog {

// Shown each entry in the order of the keys; returns false when it has seen enough.
using Visit = std::function<bool(std::string_view key, std::string_view value)>;

// The catalog as it is at one moment: a database, or what a command has made of one so far.
class Reader {
  public:
    virtual ~Reader() = default;

    [[nodiscard]] virtual Result<std::optional<std::string>> get(Family family,
                                                                 std::string_view key) const = 0;

    // All whose keys begin with `prefix`, from `from` on, or from the first if that is before it.
    virtual Result<void> scan(Family family,
                              std::string_view prefix,
                              std::string_view from,
                              const Visit& visit) const = 0;
};

// A value that takes long to read is left to those who may take their time.
inline constexpr std::size_t at_hand_bytes_max = std::size_t{64} << 10U;

// One that never waits for the disk. What is not in memory, or is longer than `at_hand_bytes_max`,
// fails with Errc::unavailable, and that is remembered. Not thread-safe.
class AtHandReader : public Reader {
  public:
    // Whether something was asked for that is not at hand.
    [[nodiscard]] virtual bool missed() const noexcept = 0;
};

}  // namespace strait::catalog
