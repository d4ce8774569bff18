#include "tests/support/environment.hpp"

#include <cstdlib>
#include <utility>

namespace strait::testing {

std::string environment_or(const char* variable, std::string otherwise)
{
    const char* value = ::secure_getenv(variable);
    return value != nullptr && *value != '\0' ? std::string{value} : std::move(otherwise);
}

std::filesystem::path source_dir() { return STRAIT_SOURCE_DIR; }

}  // namespace strait::testing
