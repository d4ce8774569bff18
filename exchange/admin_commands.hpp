#pragma once

#include "exchange/link_commands.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace strait::exchange {

struct BootstrapArguments {
    std::string organisation;
    std::string title;  // empty: the name
    std::string email;
    bool recover = false;  // a new link for an org_admin of the organisation that is there
};

// `strait admin bootstrap`: makes the organisation that runs the exchange, and prints the link by
// which its first person comes in. ExitCode::failure if there is one already.
boost::asio::awaitable<ExitCode> bootstrap(const LinkCommand& command,
                                           BootstrapArguments arguments);

}  // namespace strait::exchange
