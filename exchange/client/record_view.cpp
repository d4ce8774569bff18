#include "exchange/client/record_view.hpp"

#include "core/document.hpp"
#include "exchange/text_table.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <vector>

namespace strait::exchange {

namespace json = boost::json;

namespace {

bool is_nested(const json::value& value) { return value.is_object() || value.is_array(); }

// On one line: a text without quotes, words with commas between them.
std::string cell_of(const json::value& value)
{
    if (value.is_null()) return "-";
    if (const auto* const text = value.if_string()) return or_dash(*text);
    const auto* const list = value.if_array();
    if (list == nullptr || std::ranges::any_of(*list, is_nested)) {
        return escaped(json::serialize(value));
    }
    std::string words;
    for (const auto& each : *list) words.append(words.empty() ? "" : ", ").append(cell_of(each));
    return words.empty() ? "-" : words;
}

// Objects, and lists of them, go on inside.
void add_lines(const std::string& name, const json::value& value, std::vector<TableRow>& lines)
{
    if (const auto* const object = value.if_object(); object != nullptr && !object->empty()) {
        for (const auto& [member, inner] : *object) {
            add_lines(name + (name.empty() ? "" : ".") + escaped(member), inner, lines);
        }
        return;
    }
    const auto* const list = value.if_array();
    if (list != nullptr && std::ranges::any_of(*list, is_nested)) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            add_lines(name + "[" + std::to_string(i) + "]", list->at(i), lines);
        }
        return;
    }
    lines.push_back({name.empty() ? "-" : name, cell_of(value)});
}

}  // namespace

std::string list_view(std::span<const Column> columns, const json::array& items)
{
    std::vector<TableRow> rows;
    rows.reserve(items.size() + 1);
    auto& titles = rows.emplace_back();
    titles.reserve(columns.size());
    for (const auto& column : columns) titles.emplace_back(column.title);
    for (const auto& item : items) {
        auto& row = rows.emplace_back();
        row.reserve(columns.size());
        for (const auto& column : columns) {
            boost::system::error_code absent;
            const auto* const value = item.find_pointer(column.pointer, absent);
            row.push_back(value == nullptr ? "-" : cell_of(*value));
        }
    }
    return aligned(rows);
}

std::string record_view(const json::value& record)
{
    std::vector<TableRow> lines;
    add_lines("", record, lines);
    return lines.empty() ? std::string{} : aligned(lines);
}

}  // namespace strait::exchange
