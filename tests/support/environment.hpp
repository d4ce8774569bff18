#pragma once

#include <string>

namespace strait::testing {

// What the test run was told from outside; `otherwise` if the variable is unset or empty.
std::string environment_or(const char* variable, std::string otherwise);

}  // namespace strait::testing
