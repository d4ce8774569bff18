#pragma once

#include "core/object_reader.hpp"
#include "core/secret.hpp"
#include "core/secret_source.hpp"

#include <string>

namespace strait {

// Reads the members of an object that name a secret or a file: what cannot be read, is empty, or
// may be read by others though it is private, is a problem of the member. One for each object that
// has such members; what it is given outlives it.
class SecretMembers {
  public:
    SecretMembers(ObjectReader& reader, const SecretSource& source);

    // From `<name>_file` or `<name>_env`; empty if neither is given.
    Secret secret(const std::string& name);

    // The absolute path of the file that `name` names, empty if it names none.
    std::string path(const std::string& name, bool is_private);

    // What stands in that file.
    std::string text(const std::string& name, bool is_private);

  private:
    std::string content(const std::string& name, const std::string& path, bool is_private);
    Secret from_variable(const std::string& name, const std::string& variable);
    std::string checked(const std::string& name, std::string content);

    ObjectReader& reader_;
    const SecretSource& source_;
};

}  // namespace strait
