#include "links/config/topic_pattern.hpp"

#include "links/config/rename.hpp"

#include <re2/re2.h>

#include <string_view>
#include <utility>

namespace strait::links {

namespace {

std::string expression_of_glob(std::string_view glob)
{
    std::string out;
    for (const char c : glob) {
        if (c == '*') out += ".*";
        if (c == '?') out += '.';
        if (c == '.') out += "\\.";
        if (c != '*' && c != '?' && c != '.')
            out += c;  // the others of a glob stand for themselves
    }
    return out;
}

}  // namespace

TopicPattern::TopicPattern(std::string text, std::shared_ptr<const re2::RE2> expression)
    : text_{std::move(text)}, expression_{std::move(expression)}
{
}

std::expected<TopicPattern, Misfit> TopicPattern::parse(const std::string& text)
{
    constexpr std::string_view mark = "re:";
    const bool expression = text.starts_with(mark);
    if (!expression && text.find_first_of("*?") == std::string::npos) {
        const auto reason = why_illegal(TopicName{text});
        if (reason) return std::unexpected{Misfit{"illegal_topic_name", *reason}};
        return TopicPattern{text, nullptr};
    }
    if (text.size() > bytes_max) {
        return std::unexpected{
            Misfit{"bad_pattern", in_quotes(text) + " has more than 256 characters"}};
    }
    if (!expression &&
        text.find_first_not_of(std::string{topic_name_letters} + "*?") != std::string::npos) {
        return std::unexpected{Misfit{
            "bad_pattern",
            in_quotes(text) + " has a character that no topic has; an expression starts with "
                              "re:"}};
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_nl(true);
    const auto source = expression ? text.substr(mark.size()) : expression_of_glob(text);
    auto compiled = std::make_shared<const re2::RE2>(source, options);
    if (source.empty() || !compiled->ok()) {
        const auto reason = source.empty() ? "it is empty" : compiled->error();
        return std::unexpected{Misfit{"bad_pattern", in_quotes(text) + ": " + reason}};
    }
    return TopicPattern{text, std::move(compiled)};
}

bool TopicPattern::matches(const TopicName& topic) const
{
    if (is_literal()) return topic.value() == text_;
    return re2::RE2::FullMatch(topic.value(), *expression_);
}

}  // namespace strait::links
