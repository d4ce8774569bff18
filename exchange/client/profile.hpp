#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace strait::exchange {

// Who somebody is at an exchange, and where that is. Its file is a Delta Sharing profile with a
// member `strait` of ours, so that curl and Delta Sharing clients can use it as well.
struct Profile {
    std::string endpoint;  // "https://x.example:8443/v1"
    Secret key;
    std::string expires_at;    // RFC 3339, when the key ends; empty: not known
    std::string organisation;  // its id
    std::string principal;     // "usr_...", or "app_..."
    std::string ca_file;       // who vouches for the exchange's certificate; empty: the system's

    bool operator==(const Profile&) const = default;
};

// The profile as its file has it, key included.
std::string to_text(const Profile& profile);

// Errc::corrupt for what is no profile.
Result<Profile> read_profile(const std::string& text);

// The profiles of whoever runs the program: one file each, which nobody else may read.
class ProfileFolder {
  public:
    using Environment = std::function<std::optional<std::string>(const std::string& name)>;

    // $XDG_CONFIG_HOME/strait/profiles, or the same in ~/.config. Errc::not_found without a home.
    static Result<ProfileFolder> of(const Environment& environment);

    explicit ProfileFolder(std::filesystem::path folder);

    // Errc::invalid_argument for a name that is not 1 to 63 of [A-Za-z0-9._-], or begins with a
    // dot; so of all that follow.
    [[nodiscard]] Result<std::filesystem::path> file_of(const std::string& name) const;

    // Errc::not_found if there is none, Errc::forbidden if others may read it.
    [[nodiscard]] Result<Profile> read(const std::string& name) const;

    // That write() will work, as far as can be known before: a secret that is shown once is asked
    // for only then. Makes the folder. Errc::conflict if there is such a profile, unless it is to
    // be replaced.
    [[nodiscard]] Result<void> prepare(const std::string& name, bool replace) const;

    // Whole or not at all, with mode 0600, whatever was there.
    [[nodiscard]] Result<void> write(const std::string& name, const Profile& profile) const;

  private:
    std::filesystem::path folder_;
};

}  // namespace strait::exchange
