#pragma once

#include "core/secret_source.hpp"

#include <map>
#include <optional>
#include <string>

namespace strait::exchange {

// Files below /etc/strait and an environment, from maps.
class KnownSecrets final : public SecretSource {
  public:
    [[nodiscard]] std::string resolve(const std::string& path) const override
    {
        return path.starts_with('/') ? path : "/etc/strait/" + path;
    }
    [[nodiscard]] Result<NamedFile> file(const std::string& path) const override
    {
        const auto found = files.find(path);
        if (found == files.end()) return fail(Errc::not_found, "No such file or directory");
        return found->second;
    }
    [[nodiscard]] std::optional<std::string> variable(const std::string& name) const override
    {
        return name == "STRAIT_PASSWORD" ? std::optional<std::string>{"swordfish"} : std::nullopt;
    }

    std::map<std::string, NamedFile> files{{"/etc/strait/secrets/good", {"hunter2\n", false}},
                                           {"/etc/strait/secrets/open", {"hunter2\n", true}},
                                           {"/etc/strait/secrets/empty", {"\n", false}},
                                           {"/etc/strait/tls/ca.pem", {"certificate\n", true}},
                                           {"/etc/strait/tls/key.pem", {"key\n", false}}};
};

}  // namespace strait::exchange
