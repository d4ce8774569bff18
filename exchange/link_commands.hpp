#pragma once

#include "core/clock.hpp"
#include "exchange/admin_client.hpp"
#include "exchange/link_tables.hpp"
#include "links/store/operation.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace strait::exchange {

// What a command of `strait` exits with.
enum class ExitCode {
    ok = 0,
    failure = 1,
    usage = 2,        // the command line or the configuration is wrong
    differs = 2,      // of what only says what it would do: something would change
    not_found = 3,    // no such link; or a position that is not mirrored
    unavailable = 4,  // no server listens, or it did not answer in time
};

// "error: " and what happened; each line of it is one.
void print_error(std::ostream& err, const Error& error);

// Where a command of `strait link` asks and answers. All of it outlives the call.
struct LinkCommand {
    const AdminClient& server;
    Clock& clock;
    std::ostream& out;
    std::ostream& err;  // "error: " and one sentence, if the exit code is not ok
    bool json = false;  // the server's answer as it is
};

struct TranslateArguments {
    std::string link;
    std::string topic;  // its name on the side asked from
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    bool inverse = false;
};

boost::asio::awaitable<ExitCode> list_links(const LinkCommand& command);
boost::asio::awaitable<ExitCode> show_link(const LinkCommand& command,
                                           std::string link,
                                           LinkDetails details);

// The same every 2 s, until the program is ended; `clears` the terminal before each. A server that
// does not answer for a while is told of and waited for, unless it is not there from the start.
boost::asio::awaitable<ExitCode> watch_link(const LinkCommand& command,
                                            std::string link,
                                            LinkDetails details,
                                            bool clears);
boost::asio::awaitable<ExitCode> list_gaps(const LinkCommand& command, std::string link);
boost::asio::awaitable<ExitCode> translate_offset(const LinkCommand& command,
                                                  TranslateArguments arguments);

struct VerbArguments {
    links::Verb verb = links::Verb::pause;
    std::string link;
    std::string reason;
    std::string timeout = "10m";  // of promote, as the next
    bool without_groups = false;
    std::string divergence = "refuse";  // of reverse, as the next
    std::string as;
    std::string mode = "full";                   // of verify
    std::vector<std::string> topics;             // of most; of resume with skip_to exactly one
    std::optional<std::int32_t> only_partition;  // of verify, as the next
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
    std::optional<double> sample;
    std::optional<std::int64_t> seed;
    std::string topic;                    // of acknowledge
    std::int32_t partition = 0;           // of resume and acknowledge
    std::optional<std::int64_t> skip_to;  // resume
    std::optional<std::int64_t> gap;      // acknowledge; none: all
    bool fence_source = false;            // of promote
    bool dry_run = false;
    bool yes = false;  // or a verb that cannot be taken back only shows what it would do
};

// Shows what would be done, or has it done and waits for the end, however long it takes: the
// operation goes on without us. ExitCode::failure if it fails, or would be refused.
boost::asio::awaitable<ExitCode> run_verb(const LinkCommand& command, VerbArguments arguments);

boost::asio::awaitable<ExitCode> list_operations(const LinkCommand& command);

// `file`: absolute. What changes is shown, or each problem of the file.
boost::asio::awaitable<ExitCode> apply_configuration(const LinkCommand& command,
                                                     std::string file,
                                                     bool dry_run);

// What is asked of the links that come at run time. `body`: JSON.
struct EditArguments {
    std::string link;  // none to create one
    std::string body;  // none to delete one
    bool dry_run = false;
};

// What changes is shown, or what would; or each problem of the body.
boost::asio::awaitable<ExitCode> create_link(const LinkCommand& command, EditArguments arguments);
boost::asio::awaitable<ExitCode> change_link(const LinkCommand& command, EditArguments arguments);
boost::asio::awaitable<ExitCode> delete_link(const LinkCommand& command, EditArguments arguments);

// The configuration of a link as YAML that create_link() and change_link() take.
boost::asio::awaitable<ExitCode> show_link_config(const LinkCommand& command, std::string link);

// Runs one of these, as the only thing that the program does.
ExitCode run_alone(boost::asio::awaitable<ExitCode> command);

}  // namespace strait::exchange
