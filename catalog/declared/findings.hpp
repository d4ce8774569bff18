#pragma once

#include "catalog/declared/declaration.hpp"
#include "catalog/records/refusal.hpp"
#include "core/document.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace strait::catalog {

// All that keeps declarations from being carried out, each where it was said.
class Findings {
  public:
    // `below`: where in the declaration the refused command got its input from.
    void add(const Declaration& declaration,
             const Refusal& refusal,
             std::string_view below = "/spec");

    // What is wrong as it is written.
    void add(const Declaration& declaration,
             std::string_view below,
             std::string_view code,
             const std::string& text);

    [[nodiscard]] bool empty() const noexcept { return problems_.empty(); }

    // REQUIRES: not empty.
    [[nodiscard]] Refusal refusal() const;

  private:
    void count(RefusalCode code);

    Problems problems_;
    std::optional<RefusalCode> code_;  // of all of them
    bool mixed_ = false;
};

}  // namespace strait::catalog
