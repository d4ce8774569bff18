#include "catalog/declared/findings.hpp"

namespace strait::catalog {

namespace {

// Commands take a name beside the rest; here it stands elsewhere.
std::string place_in(const Declaration& declaration,
                     std::string_view below,
                     const std::string& pointer)
{
    if (pointer == "/name") return declaration.pointer + "/metadata/name";
    return declaration.pointer + std::string{below} + pointer;
}

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names) text.append(text.empty() ? ": " : ", ").append(name);
    return text;
}

}  // namespace

void Findings::add(const Declaration& declaration, const Refusal& refusal, std::string_view below)
{
    count(refusal.code);
    for (const auto& each : refusal.problems) {
        problems_.add(
            {each.place, place_in(declaration, below, each.pointer), each.code, each.text});
    }
    if (!refusal.problems.empty()) return;
    problems_.add({"body",
                   declaration.pointer + std::string{below},
                   std::string{to_string(refusal.code)},
                   refusal.detail + joined(refusal.named)});
}

void Findings::add(const Declaration& declaration,
                   std::string_view below,
                   std::string_view code,
                   const std::string& text)
{
    count(RefusalCode::invalid_request);
    problems_.add({"body", declaration.pointer + std::string{below}, std::string{code}, text});
}

Refusal Findings::refusal() const
{
    // Whatever a record is missing for, it is what was sent that names it.
    const bool telling = !mixed_ && code_ && *code_ != RefusalCode::not_found;
    return {.code = telling ? *code_ : RefusalCode::invalid_request,
            .detail = problems_.text(),
            .problems = problems_.list()};
}

void Findings::count(RefusalCode code)
{
    mixed_ = mixed_ || (code_ && *code_ != code);
    code_ = code;
}

}  // namespace strait::catalog
