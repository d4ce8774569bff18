#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"
#include "exchange/client/client_command.hpp"
#include "exchange/link_commands.hpp"

#include <string>
#include <string_view>

namespace strait::exchange {

struct LoginArguments {
    std::string link;
    std::string email;
    std::string name;          // empty: what the e-mail address begins with
    std::string organisation;  // of a partner: what it is to be called,
    std::string title;         // and how others read it
    std::string key_file;
    std::string endpoint;
    std::string ca_file;
    bool replace = false;
};

// What an activation link is made of.
struct ActivationLink {
    std::string origin;
    Secret token;
};

// Errc::invalid_argument for what is none.
Result<ActivationLink> read_link(std::string_view text);

// `strait login --link` alone: who invites, and what to type next. Nothing is used up.
ExitCode preview_link(const ClientCommand& command, const LoginArguments& arguments);

// `strait login --link --email`: redeems the link, once, and keeps the key that is answered as a
// profile. Nothing is redeemed before the profile can be written; if it cannot be after all, its
// text is printed, because nobody is shown the key again.
ExitCode redeem_link(const ClientCommand& command, const LoginArguments& arguments);

// `strait login --key-file`: a profile of a key that is there already, once the door takes it.
ExitCode keep_key(const ClientCommand& command, const LoginArguments& arguments);

// `strait whoami`.
ExitCode show_me(const ClientCommand& command);

// What whoever is invited has to type.
enum class InvitedAs { member, partner };
std::string login_text(std::string_view link, std::string_view email, InvitedAs as);

}  // namespace strait::exchange
