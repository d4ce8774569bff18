#pragma once

#include "core/document.hpp"
#include "core/secret_source.hpp"

#include <boost/json/array.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace strait::exchange {

inline constexpr std::size_t declared_bytes_max = 8 << 20;  // of one file

// What files declare (catalog.md 9), as the door is asked for it, and where each part of it stands.
class DeclaredFiles {
  public:
    // Adds the documents of a YAML text, which are called `name` where something in them is wrong.
    // `file: NAME` in a schema, what it refers to, or terms becomes its text; NAME stands beside
    // the file or below. In the security of a cluster `password_file` and the like become what is
    // in that file, `password_env` what the variable has: a secret itself is refused.
    void add(const std::string& text,
             const std::string& name,
             const SecretSource& source,
             Problems& problems);

    // With secrets: for the door alone.
    [[nodiscard]] boost::json::array documents() const;

    // "products.yaml:12:5", of a pointer of the door: "/documents/3/spec/title"; empty for one that
    // leads to none of them.
    [[nodiscard]] std::string place_of(std::string_view pointer) const;

  private:
    std::vector<Document> documents_;
};

}  // namespace strait::exchange
