#include "tests/support/verdict.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace strait::testing {

std::string_view to_string(Invariant invariant) noexcept
{
    switch (invariant) {
        case Invariant::no_loss: return "I1 no loss";
        case Invariant::no_duplicate: return "I2 no duplicate";
        case Invariant::order: return "I3 order";
        case Invariant::fidelity: return "I4 fidelity";
        case Invariant::map_exact: return "I5 map exact";
        case Invariant::checkpoint: return "I7 checkpoint";
        case Invariant::loud_failure: return "I9 loud failure";
    }
    std::unreachable();
}

void Verdict::fail(Invariant invariant, std::string witness)
{
    auto& finding = findings_.at(static_cast<std::size_t>(invariant));
    ++finding.violations;
    if (finding.witnesses.size() < witnesses_max) finding.witnesses.push_back(std::move(witness));
}

bool Verdict::passed() const noexcept
{
    return std::ranges::all_of(findings_, [](const Finding& each) { return each.violations == 0; });
}

std::size_t Verdict::violations(Invariant invariant) const noexcept
{
    return findings_[static_cast<std::size_t>(invariant)].violations;
}

const std::vector<std::string>& Verdict::witnesses(Invariant invariant) const noexcept
{
    return findings_[static_cast<std::size_t>(invariant)].witnesses;
}

std::string Verdict::text() const
{
    auto text = fmt::format("checked {} records\n", checked_records_);
    for (const auto invariant : invariants) {
        const auto count = violations(invariant);
        text += fmt::format("{:<16} {}\n",
                            to_string(invariant),
                            count == 0 ? "pass" : fmt::format("FAIL, {} violations", count));
        for (const auto& witness : witnesses(invariant)) text += fmt::format("    {}\n", witness);
    }
    if (!repeat_.empty()) text += fmt::format("repeat: {}\n", repeat_);
    return text;
}

}  // namespace strait::testing
