#include "exchange/client/usage_command.hpp"

#include "exchange/client/answer.hpp"
#include "exchange/client/record_view.hpp"

#include <array>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::exchange {

namespace json = boost::json;

namespace {

constexpr std::array groups{Column{"PRODUCT", "/product"},
                            Column{"SUBSCRIPTION", "/subscription"},
                            Column{"ORGANISATION", "/organisation"},
                            Column{"STREAM", "/stream"},
                            Column{"PARTITION", "/partition"},
                            Column{"KIND", "/kind"}};
constexpr std::array counts{
    Column{"RECORDS", "/records"}, Column{"BYTES", "/bytes"}, Column{"REREADS", "/rereads"}};

std::string target_of(const UsageArguments& arguments)
{
    const std::array parameters{
        std::pair<std::string_view, const std::string&>{"from", arguments.from},
        std::pair<std::string_view, const std::string&>{"to", arguments.to},
        std::pair<std::string_view, const std::string&>{"step", arguments.step},
        std::pair<std::string_view, const std::string&>{"group_by", arguments.group_by},
        std::pair<std::string_view, const std::string&>{"subscription", arguments.subscription}};
    std::string target = "/v1/usage";
    char joint = '?';
    for (const auto& [name, value] : parameters) {
        if (value.empty()) continue;
        target += joint + std::string{name} + "=" + percent_encoded(value);
        joint = '&';
    }
    return target;
}

// A column for each of what the rows were grouped by.
std::vector<Column> columns_of(const json::array& rows)
{
    std::vector<Column> columns{{"FROM", "/begins_at"}, {"SIDE", "/side"}};
    for (const auto& group : groups) {
        boost::system::error_code absent;
        const bool grouped =
            !rows.empty() && rows.front().find_pointer(group.pointer, absent) != nullptr;
        if (grouped) columns.push_back(group);
    }
    columns.insert(columns.end(), counts.begin(), counts.end());
    return columns;
}

}  // namespace

ExitCode show_usage(const ClientCommand& command, const UsageArguments& arguments)
{
    auto door = door_of(command);
    if (!door) return tell(command.err, door.error());
    const auto answer = ask_well(*door, {.target = target_of(arguments)});
    if (!answer) return tell(command.err, answer.error());
    if (command.json) {
        print_answer(command, *answer);
        return ExitCode::ok;
    }
    const auto usage = json_of(*answer);
    if (!usage) return tell(command.err, usage.error());
    const auto* const object = usage->if_object();
    const auto* const rows = object == nullptr ? nullptr : object->if_contains("rows");
    const auto* const totals = object == nullptr ? nullptr : object->if_contains("totals");
    const bool whole =
        rows != nullptr && rows->is_array() && totals != nullptr && totals->is_array();
    if (!whole) return tell(command.err, Error{Errc::corrupt, "the answer is no usage"});
    command.out << list_view(columns_of(rows->get_array()), rows->get_array());
    std::vector<Column> sums{{"TOTAL", "/side"}};
    sums.insert(sums.end(), counts.begin(), counts.end());
    command.out << '\n' << list_view(sums, totals->get_array());
    return ExitCode::ok;
}

}  // namespace strait::exchange
