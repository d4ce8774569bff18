#pragma once

#include <filesystem>
#include <string>

namespace strait::testing {

// What the test run was told from outside; `otherwise` if the variable is unset or empty.
std::string environment_or(const char* variable, std::string otherwise);

// The checkout that the tests were built from.
std::filesystem::path source_dir();

}  // namespace strait::testing
