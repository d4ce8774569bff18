#include "exchange/client/profile.hpp"

#include "core/document.hpp"
#include "exchange/client/answer.hpp"
#include "exchange/durable_file.hpp"
#include "exchange/secret_files.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstddef>
#include <string_view>
#include <system_error>
#include <utility>

namespace strait::exchange {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::size_t name_size_max = 63;

bool is_name(std::string_view text)
{
    constexpr std::string_view known =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    return !text.empty() && text.size() <= name_size_max && text.front() != '.' &&
           text.find_first_not_of(known) == std::string_view::npos;
}

}  // namespace

std::string to_text(const Profile& profile)
{
    json::object document{{"shareCredentialsVersion", 1},
                          {"endpoint", profile.endpoint},
                          {"bearerToken", profile.key.reveal()}};
    if (!profile.expires_at.empty()) document.emplace("expirationTime", profile.expires_at);
    json::object ours{
        {"version", 1}, {"organisation", profile.organisation}, {"principal", profile.principal}};
    if (!profile.ca_file.empty()) ours.emplace("ca_file", profile.ca_file);
    document.emplace("strait", std::move(ours));
    return json::serialize(document) + "\n";
}

Result<Profile> read_profile(const std::string& text)
{
    boost::system::error_code failure;
    const auto parsed = json::parse(text, failure);
    const auto* const document = failure ? nullptr : parsed.if_object();
    if (document == nullptr) return fail(Errc::corrupt, "it is not a JSON object");
    Profile profile{.endpoint = text_in(*document, "endpoint"),
                    .key = Secret{text_in(*document, "bearerToken")},
                    .expires_at = text_in(*document, "expirationTime"),
                    .organisation = {},
                    .principal = {},
                    .ca_file = {}};
    if (profile.endpoint.empty() || profile.key.empty()) {
        return fail(Errc::corrupt, "`endpoint` or `bearerToken` is missing");
    }
    const auto* const member = document->if_contains("strait");
    const auto* const ours = member == nullptr ? nullptr : member->if_object();
    if (ours == nullptr) return profile;
    profile.organisation = text_in(*ours, "organisation");
    profile.principal = text_in(*ours, "principal");
    profile.ca_file = text_in(*ours, "ca_file");
    return profile;
}

Result<ProfileFolder> ProfileFolder::of(const Environment& environment)
{
    const fs::path config{environment("XDG_CONFIG_HOME").value_or("")};
    if (config.is_absolute()) return ProfileFolder{config / "strait" / "profiles"};
    const fs::path home{environment("HOME").value_or("")};
    if (!home.is_absolute()) {
        return fail(Errc::not_found, "no place for profiles: neither HOME nor XDG_CONFIG_HOME");
    }
    return ProfileFolder{home / ".config" / "strait" / "profiles"};
}

ProfileFolder::ProfileFolder(fs::path folder) : folder_{std::move(folder)} {}

Result<fs::path> ProfileFolder::file_of(const std::string& name) const
{
    if (is_name(name)) return folder_ / (name + ".json");
    return fail(Errc::invalid_argument,
                "profile " + in_quotes(name) +
                    ": a name is 1 to 63 letters, digits, dots, dashes and underscores, and does "
                    "not begin with a dot");
}

Result<Profile> ProfileFolder::read(const std::string& name) const
{
    const auto file = file_of(name);
    if (!file) return fail(file.error());
    const auto found = SecretFiles{folder_, {}}.file(file->string());
    if (!found && found.error().code() == Errc::not_found) {
        return fail(Errc::not_found,
                    "no profile " + in_quotes(name) + ": make one with `strait login`");
    }
    if (!found) return fail(found.error().within(file->string()));
    if (found->open_to_others) {
        return fail(Errc::forbidden, "others may read " + file->string() + ": chmod 600 it");
    }
    auto profile = read_profile(found->content);
    if (!profile) return fail(profile.error().within(file->string()));
    return profile;
}

Result<void> ProfileFolder::prepare(const std::string& name, bool replace) const
{
    const auto file = file_of(name);
    if (!file) return fail(file.error());
    std::error_code why;
    fs::create_directories(folder_, why);
    if (why) return fail(Errc::unavailable, folder_.string() + ": " + why.message());
    if (!replace && fs::exists(fs::symlink_status(*file, why))) {
        return fail(Errc::conflict,
                    "there is a profile " + in_quotes(name) +
                        ": choose another --profile, or --replace it");
    }
    if (fs::is_directory(*file, why))
        return fail(Errc::unavailable, file->string() + " is a folder");
    auto trial = *file;
    trial += ".trial";
    // As much as a profile takes at most.
    constexpr std::size_t size = 4096;
    if (auto written = write_durably(trial, std::string(size, ' ')); !written) return written;
    fs::remove(trial, why);
    return {};
}

Result<void> ProfileFolder::write(const std::string& name, const Profile& profile) const
{
    const auto file = file_of(name);
    if (!file) return fail(file.error());
    return write_durably(*file, to_text(profile));
}

}  // namespace strait::exchange
