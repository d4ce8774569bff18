#pragma once

#include <string>
#include <utility>

namespace strait {

// A password, key or token. It has no operator<<, no formatter and no comparison, so it reaches a
// log, a URL or an answer only where somebody wrote reveal().
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_{std::move(value)} {}

    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
    [[nodiscard]] const std::string& reveal() const noexcept { return value_; }

  private:
    std::string value_;
};

}  // namespace strait
