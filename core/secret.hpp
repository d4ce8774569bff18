#pragma once

#include <string>
#include <utility>

namespace strait {

// A password, key or token. It has no operator<<, and no formatter, so it reaches a log, a URL or
// an answer only where somebody wrote reveal().
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_{std::move(value)} {}

    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
    [[nodiscard]] const std::string& reveal() const noexcept { return value_; }

    // Of two that we were given. What a caller presents is compared in constant time, elsewhere.
    bool operator==(const Secret&) const = default;

  private:
    std::string value_;
};

}  // namespace strait
