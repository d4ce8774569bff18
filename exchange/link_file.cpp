#include "exchange/link_file.hpp"

#include "exchange/configuration_file.hpp"

#include <utility>

namespace strait::exchange {

std::expected<std::string, Problems> read_link_file(const std::string& file)
{
    const auto text = read_text(file, "name the file of the link with --file FILE");
    if (!text) return std::unexpected{text.error()};
    Problems problems;
    const auto document = file.ends_with(".json") ? parse_json(*text, file, problems)
                                                  : parse_yaml(*text, file, problems);
    if (problems.empty() && document.kind != Document::Kind::object) {
        problems.add(
            {file, "", "wrong_type", "it is not one link: a mapping, like one entry of `links`"});
    }
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    return json_of(document);
}

}  // namespace strait::exchange
