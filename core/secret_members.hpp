#pragma once

#include "core/object_reader.hpp"
#include "core/secret.hpp"
#include "core/secret_source.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strait {

// Reads the members of an object that name a secret or a file: what cannot be read, is empty, or
// may be read by others though it is private, is a problem of the member. One for each object that
// has such members; what it is given outlives it.
//
// Without a source the text holds its secrets itself, as a body of REST does: nothing in it may
// name a file or a variable of this machine.
class SecretMembers {
  public:
    SecretMembers(ObjectReader& reader, const SecretSource& source);
    SecretMembers(ObjectReader& reader, const SecretSource* source);

    // From `<name>_file` or `<name>_env`, or from `name` itself; empty if none is given.
    Secret secret(const std::string& name);

    // The member that gives this secret; empty if none says anything.
    std::optional<std::string> given(const std::string& name);

    // By which members a secret may be given, the usual one first.
    [[nodiscard]] std::vector<std::string> ways(const std::string& name) const;

    // Whether the text holds its secrets itself.
    [[nodiscard]] bool inlined() const noexcept { return source_ == nullptr; }

    // The absolute path of the file that `name` names, empty if it names none. There is a source.
    std::string path(const std::string& name, bool is_private);

    // What stands in that file. There is a source.
    std::string text(const std::string& name, bool is_private);

  private:
    std::string content(const std::string& name, const std::string& path, bool is_private);
    Secret from_variable(const std::string& name, const std::string& variable);
    std::string checked(const std::string& name, std::string content);

    ObjectReader& reader_;
    const SecretSource* source_;
};

}  // namespace strait
