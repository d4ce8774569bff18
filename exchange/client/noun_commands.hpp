#pragma once

#include "exchange/client/client_command.hpp"
#include "exchange/client/nouns.hpp"
#include "exchange/link_commands.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace strait::exchange {

// What stands on the command line of an action.
struct ActionArguments {
    std::vector<std::string> ids{};  // one for each of places_of()
    std::string body_file{};         // "-": standard input
    std::vector<std::string> members{};
    std::string reason{};
    std::string prefix{};
    std::string filter{};
    std::string sort{};
    std::size_t limit = 50;
    bool all = false;
    bool dry_run = false;
};

// The body of a request: the JSON object of a file or of standard input, if one is named; over it
// the members, each NAME=VALUE, whose value is JSON, or a text if it is none; and the reason.
// Errc::invalid_argument says what is wrong.
Result<boost::json::object> read_body(const ActionArguments& arguments, std::istream& in);

// Carries an action of the table out. Objects are named by id, or by name where the door can look
// names up. A change of an object holds only for what it is now: somebody else's change in between
// is refused by the door.
ExitCode run_action(const ClientCommand& command,
                    const Noun& noun,
                    const Action& action,
                    const ActionArguments& arguments);

struct SearchArguments {
    std::vector<std::string> words{};
    std::string facets{};
    std::string product{};  // instead: what of it may be seen
    std::size_t limit = 20;
    bool all = false;
};

// `strait search`.
ExitCode search(const ClientCommand& command, const SearchArguments& arguments);

}  // namespace strait::exchange
