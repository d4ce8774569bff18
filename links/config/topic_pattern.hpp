#pragma once

#include "core/ids.hpp"
#include "core/read_value.hpp"

#include <cstddef>
#include <expected>
#include <memory>
#include <string>

namespace re2 {
class RE2;
}

namespace strait::links {

// One entry of `include` or `exclude`: a topic's name, a glob of `*` and `?`, or `re:` and a
// regular expression that the whole name has to match. Matching takes time linear in the name,
// whatever the pattern. Cheap to copy.
class TopicPattern {
  public:
    static constexpr std::size_t bytes_max = 256;

    // `illegal_topic_name` for a literal that can be no topic, `bad_pattern` for the others.
    static std::expected<TopicPattern, Misfit> parse(const std::string& text);

    [[nodiscard]] bool matches(const TopicName& topic) const;
    [[nodiscard]] bool is_literal() const noexcept { return expression_ == nullptr; }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    bool operator==(const TopicPattern& other) const { return text_ == other.text_; }

  private:
    TopicPattern(std::string text, std::shared_ptr<const re2::RE2> expression);

    std::string text_;
    std::shared_ptr<const re2::RE2> expression_;  // immutable; none for a literal
};

}  // namespace strait::links
