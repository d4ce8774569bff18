#include "links/config/name_pattern.hpp"

#include <re2/re2.h>

#include <utility>

namespace strait::links {

namespace {

constexpr std::string_view expression_mark = "re:";

std::string expression_of_glob(std::string_view glob)
{
    std::string out;
    for (const char& c : glob) {
        if (c == '*') {
            out += ".*";
        } else if (c == '?') {
            out += '.';
        } else {
            out += re2::RE2::QuoteMeta({&c, 1});
        }
    }
    return out;
}

}  // namespace

NamePattern::NamePattern(std::string text, std::shared_ptr<const re2::RE2> expression)
    : text_{std::move(text)}, expression_{std::move(expression)}
{
}

std::expected<NamePattern, Misfit> NamePattern::parse(const std::string& text)
{
    const bool expression = text.starts_with(expression_mark);
    if (!expression && text.find_first_of("*?") == std::string::npos) {
        return NamePattern{text, nullptr};
    }
    if (text.size() > bytes_max) {
        return std::unexpected{
            Misfit{"bad_pattern", in_quotes(text) + " has more than 256 characters"}};
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_nl(true);
    const auto source = expression ? text.substr(expression_mark.size()) : expression_of_glob(text);
    auto compiled = std::make_shared<const re2::RE2>(source, options);
    if (source.empty() || !compiled->ok()) {
        const auto reason = source.empty() ? "it is empty" : compiled->error();
        return std::unexpected{Misfit{"bad_pattern", in_quotes(text) + ": " + reason}};
    }
    return NamePattern{text, std::move(compiled)};
}

bool NamePattern::matches(std::string_view name) const
{
    if (is_literal()) return name == text_;
    return re2::RE2::FullMatch({name.data(), name.size()}, *expression_);
}

bool NamePattern::is_expression() const noexcept { return text_.starts_with(expression_mark); }

}  // namespace strait::links
