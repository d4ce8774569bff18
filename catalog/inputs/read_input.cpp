#include "catalog/inputs/read_input.hpp"

#include <boost/json/parse.hpp>

namespace strait::catalog {

namespace {

// What `parse` makes of a text; `like` shows what it takes.
template <class T, class Parse>
std::optional<Misfit> parsed(const Document& from, T& to, Parse parse, std::string_view like)
{
    std::string text;
    if (auto misfit = strait::read_value(from, text)) return misfit;
    auto value = parse(text);
    if (!value)
        return Misfit{"wrong_type", in_quotes(text) + " is nothing like " + std::string{like}};
    to = *std::move(value);
    return std::nullopt;
}

}  // namespace

std::optional<Misfit> read_value(const Document& from, Principal& to)
{
    // Only those that have a record: nobody names the program itself, or the host.
    const auto named = [](std::string_view text) {
        auto principal = principal_from(text);
        const bool has_record = principal && (principal->kind == Principal::Kind::user ||
                                              principal->kind == Principal::Kind::application);
        return has_record ? principal : std::nullopt;
    };
    return parsed(from, to, named, "usr_... or app_...");
}

std::optional<Misfit> read_value(const Document& from, Semver& to)
{
    return parsed(from, to, semver_from, "2.1.0");
}

std::optional<Misfit> read_value(const Document& from, SemverRange& to)
{
    return parsed(from, to, semver_range_from, "2.1.0 or ^2.0.0");
}

std::optional<Misfit> read_value(const Document& from, Personal& to)
{
    return strait::read_value(from, to.text);
}

std::optional<Misfit> read_value(const Document& from, AnyObject& to)
{
    if (from.kind != Document::Kind::object) return wrong_type(from, "an object");
    boost::system::error_code wrong;  // a number that is none of ours
    const auto json = boost::json::parse(
        json_of(from), wrong, {}, boost::json::parse_options{.max_depth = Document::depth_max});
    if (wrong) return Misfit{"out_of_range", wrong.message()};
    to.json = json.as_object();
    return std::nullopt;
}

}  // namespace strait::catalog
