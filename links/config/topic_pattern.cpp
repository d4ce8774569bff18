#include "links/config/topic_pattern.hpp"

#include "links/config/rename.hpp"

#include <utility>

namespace strait::links {

TopicPattern::TopicPattern(NamePattern pattern) : pattern_{std::move(pattern)} {}

std::expected<TopicPattern, Misfit> TopicPattern::parse(const std::string& text)
{
    auto pattern = NamePattern::parse(text);
    if (!pattern) return std::unexpected{pattern.error()};
    if (pattern->is_literal()) {
        const auto reason = why_illegal(TopicName{text});
        if (reason) return std::unexpected{Misfit{"illegal_topic_name", *reason}};
    } else if (!pattern->is_expression() && text.find_first_not_of(std::string{topic_name_letters} +
                                                                   "*?") != std::string::npos) {
        return std::unexpected{Misfit{
            "bad_pattern",
            in_quotes(text) + " has a character that no topic has; an expression starts with "
                              "re:"}};
    }
    return TopicPattern{*std::move(pattern)};
}

}  // namespace strait::links
