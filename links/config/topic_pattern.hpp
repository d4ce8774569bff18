#pragma once

#include "core/ids.hpp"
#include "links/config/name_pattern.hpp"

#include <expected>
#include <string>

namespace strait::links {

// A NamePattern of topics. Cheap to copy.
class TopicPattern {
  public:
    // `illegal_topic_name` for a literal that can be no topic, `bad_pattern` for the others.
    static std::expected<TopicPattern, Misfit> parse(const std::string& text);

    [[nodiscard]] bool matches(const TopicName& topic) const
    {
        return pattern_.matches(topic.value());
    }
    [[nodiscard]] bool is_literal() const noexcept { return pattern_.is_literal(); }
    [[nodiscard]] const std::string& text() const noexcept { return pattern_.text(); }

    bool operator==(const TopicPattern& other) const = default;

  private:
    explicit TopicPattern(NamePattern pattern);

    NamePattern pattern_;
};

}  // namespace strait::links
