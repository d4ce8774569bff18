#pragma once

#include "core/read_value.hpp"

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace strait::links {

// One entry of `include` or `exclude`: a name, a glob of `*` and `?`, or `re:` and a regular
// expression that the whole name has to match. Matching takes time linear in the name, whatever the
// pattern. Cheap to copy.
class NamePattern {
  public:
    static constexpr std::size_t bytes_max = 256;

    // `bad_pattern` for an expression that is none. Any text is a name.
    static std::expected<NamePattern, Misfit> parse(const std::string& text);

    [[nodiscard]] bool matches(std::string_view name) const;
    [[nodiscard]] bool is_literal() const noexcept { return expression_ == nullptr; }
    [[nodiscard]] bool is_expression() const noexcept;
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    bool operator==(const NamePattern& other) const { return text_ == other.text_; }

  private:
    NamePattern(std::string text, std::shared_ptr<const re2::RE2> expression);

    std::string text_;
    std::shared_ptr<const re2::RE2> expression_;  // immutable; none for a literal
};

}  // namespace strait::links
