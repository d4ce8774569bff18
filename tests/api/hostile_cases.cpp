#include "tests/api/hostile_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace strait::testing {

namespace {

constexpr std::string_view bar = " | ";

struct Line {
    std::string place;
    std::string text;
};

std::vector<Line> lines_of(const std::string& file)
{
    std::ifstream in{std::filesystem::path{STRAIT_TEST_DIR} / "hostile" / file};
    EXPECT_TRUE(in) << file;
    std::vector<Line> lines;
    std::string text;
    for (int number = 1; std::getline(in, text); ++number) {
        if (text.empty() || text.starts_with('#')) continue;
        lines.push_back({file + ":" + std::to_string(number), text});
    }
    return lines;
}

std::string named(std::string text, const CaseNames& names)
{
    for (std::size_t at = text.find('$'); at != std::string::npos; at = text.find('$', at)) {
        auto end = at + 1;
        while (end < text.size() && std::islower(static_cast<unsigned char>(text[end])) != 0) ++end;
        const auto found = names.find(text.substr(at + 1, end - at - 1));
        EXPECT_NE(found, names.end()) << text;
        if (found == names.end()) return text;
        text.replace(at, end - at, found->second);
    }
    return text;
}

std::string unescaped(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        if (!text.starts_with('\\')) {
            out += text.front();
            text.remove_prefix(1);
            continue;
        }
        const char kind = text.at(1);
        text.remove_prefix(2);
        if (kind == 'x') {
            out += static_cast<char>(std::stoi(std::string{text.substr(0, 2)}, nullptr, 16));
            text.remove_prefix(2);
        } else if (kind == '*') {
            const auto open = text.find('(');
            const auto close = text.find(')', open);
            const auto part = unescaped(text.substr(open + 1, close - open - 1));
            for (int left = std::stoi(std::string{text.substr(0, open)}); left > 0; --left) {
                out += part;
            }
            text.remove_prefix(close + 1);
        } else {
            out += kind == 'r' ? '\r' : kind == 'n' ? '\n' : kind == 't' ? '\t' : '\\';
        }
    }
    return out;
}

std::string head(std::string_view line, std::string_view key)
{
    return std::string{line} + " HTTP/1.1\r\nHost: x.example\r\nAuthorization: Bearer " +
           std::string{key} + "\r\n";
}

// The first field of `text`, which is taken away with the bar behind it.
std::string take_field(std::string& text)
{
    const auto end = std::min(text.find(bar), text.size());
    auto field = text.substr(0, end);
    text.erase(0, std::min(end + bar.size(), text.size()));
    return field;
}

std::string bytes_of(const std::string& file, std::string rest, const std::string& key)
{
    if (file == "raw.txt") return unescaped(rest);
    const auto line = unescaped(take_field(rest));
    if (file == "targets.txt") return head(line, key) + "\r\n";
    const auto tail = unescaped(rest);
    if (file == "bodies.txt") return request_with(line, key, tail);
    return head(line, key) + tail + (tail.contains("\r\n\r\n") ? "" : "\r\n\r\n");
}

}  // namespace

std::vector<HostileCase> hostile_cases(const std::string& file, const CaseNames& names)
{
    std::vector<HostileCase> cases;
    for (auto& [place, text] : lines_of(file)) {
        auto rest = named(text, names);
        std::istringstream expected{take_field(rest)};
        std::string status;
        std::string end;
        HostileCase one{.place = place};
        expected >> status >> one.code >> end;
        one.status = status == "-" ? 0 : static_cast<unsigned>(std::stoul(status));
        one.open = end == "open";
        one.bytes = bytes_of(file, std::move(rest), names.at("key"));
        cases.push_back(std::move(one));
    }
    return cases;
}

std::vector<std::string> hostile_bodies()
{
    std::vector<std::string> bodies;
    for (const auto& line : lines_of("every_body.txt")) bodies.push_back(unescaped(line.text));
    return bodies;
}

std::string request_with(std::string_view line, std::string_view key, std::string_view body)
{
    return head(line, key) +
           "Content-Type: application/json\r\n"
           "If-Match: *\r\n"
           "Content-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

}  // namespace strait::testing
