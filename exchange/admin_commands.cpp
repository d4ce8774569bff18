#include "exchange/admin_commands.hpp"

#include "exchange/client/login.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include <ostream>
#include <utility>

namespace strait::exchange {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

// What of the answers is shown.
struct LinkDocument {
    std::string activation_url;
};
BOOST_DESCRIBE_STRUCT(LinkDocument, (), (activation_url))

void print(std::ostream& out, const std::string& link, const std::string& email)
{
    const auto door = link.substr(0, link.find("/activate#"));
    out << "This link lets " << email << " in, once, within 7 days; it is not shown again:\n\n"
        << link << "\n\nWhoever has it redeems it, and is known to the exchange from then on:\n\n"
        << login_text(link, email, InvitedAs::member) << "\nWithout strait, with curl: " << door
        << "/activate\n";
    if (door.empty()) {
        out << "\napi.listen is closed: nobody can redeem it before the configuration opens it.\n";
    }
}

boost::json::object body_of(const BootstrapArguments& arguments)
{
    if (arguments.recover) return {{"email", arguments.email}};
    const auto& title = arguments.title.empty() ? arguments.organisation : arguments.title;
    return {{"name", arguments.organisation}, {"title", title}, {"admin_email", arguments.email}};
}

}  // namespace

asio::awaitable<ExitCode> bootstrap(const LinkCommand& command, BootstrapArguments arguments)
{
    const auto answer = co_await command.server.request(
        http::verb::post,
        arguments.recover ? "/v1/bootstrap:recover" : "/v1/bootstrap",
        boost::json::serialize(body_of(arguments)));
    if (!answer) {
        print_error(command.err, answer.error());
        const auto code = answer.error().code();
        if (code == Errc::unavailable || code == Errc::timed_out) co_return ExitCode::unavailable;
        co_return code == Errc::invalid_argument ? ExitCode::usage : ExitCode::failure;
    }
    if (command.json) {
        command.out << *answer << '\n';
        co_return ExitCode::ok;
    }
    boost::system::error_code failure;
    const auto json = boost::json::parse(*answer, failure);
    const auto made = boost::json::try_value_to<LinkDocument>(json);
    if (failure || !made) {
        print_error(command.err, Error{Errc::corrupt, "the server's answer cannot be read"});
        co_return ExitCode::failure;
    }
    print(command.out, made->activation_url, arguments.email);
    co_return ExitCode::ok;
}

}  // namespace strait::exchange
