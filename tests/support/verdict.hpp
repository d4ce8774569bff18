#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::testing {

// What must never happen, by the numbers of the specification: I1 no loss, I2 no duplicate, I3
// order, I4 fidelity, I5 map exact, I7 checkpoint, I9 loud failure.
enum class Invariant {
    no_loss,
    no_duplicate,
    order,
    fidelity,
    map_exact,
    checkpoint,
    loud_failure,
};

inline constexpr std::array invariants{Invariant::no_loss,
                                       Invariant::no_duplicate,
                                       Invariant::order,
                                       Invariant::fidelity,
                                       Invariant::map_exact,
                                       Invariant::checkpoint,
                                       Invariant::loud_failure};

std::string_view to_string(Invariant invariant) noexcept;

// What a check found: for each invariant the number of violations and the first ten witnesses.
class Verdict {
  public:
    static constexpr std::size_t witnesses_max = 10;

    // `repeat` is the seed and the command that show the same again.
    explicit Verdict(std::string repeat = {}) : repeat_{std::move(repeat)} {}

    void fail(Invariant invariant, std::string witness);
    void count_checked(std::size_t records) noexcept { checked_records_ += records; }

    [[nodiscard]] bool passed() const noexcept;
    [[nodiscard]] std::size_t violations(Invariant invariant) const noexcept;
    [[nodiscard]] const std::vector<std::string>& witnesses(Invariant invariant) const noexcept;
    [[nodiscard]] std::size_t checked_records() const noexcept { return checked_records_; }

    // One line for each invariant, below it its witnesses; the last line says how to repeat.
    [[nodiscard]] std::string text() const;

  private:
    struct Finding {
        std::size_t violations = 0;
        std::vector<std::string> witnesses;
    };

    std::string repeat_;
    std::size_t checked_records_ = 0;
    std::array<Finding, invariants.size()> findings_;
};

}  // namespace strait::testing
