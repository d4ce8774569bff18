#include "tests/support/temp_folder.hpp"

#include <charconv>
#include <fstream>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>

#include <signal.h>
#include <unistd.h>

namespace strait::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "strait-test-";

// The owner of a folder is in its name: strait-test-PID-NUMBER-PURPOSE.
bool is_orphan(const fs::path& folder)
{
    const auto name = folder.filename().string();
    if (!name.starts_with(prefix)) return false;
    pid_t owner = 0;
    const char* const first = name.data() + prefix.size();
    if (std::from_chars(first, name.data() + name.size(), owner).ec != std::errc{}) return false;
    return owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH;
}

void remove_orphans()
{
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator{fs::temp_directory_path(), ignored}) {
        if (is_orphan(entry.path())) fs::remove_all(entry.path(), ignored);
    }
}

fs::path next_path(std::string_view purpose)
{
    static std::once_flag once;
    static int number = 0;
    std::call_once(once, remove_orphans);
    const auto name = std::string{prefix} + std::to_string(::getpid()) + "-" +
                      std::to_string(++number) + "-" + std::string{purpose};
    return fs::temp_directory_path() / name;
}

}  // namespace

TempFolder::TempFolder(std::string_view purpose) : path_{next_path(purpose)}
{
    fs::create_directories(path_);
    fs::permissions(path_, fs::perms::owner_all);
}

TempFolder::~TempFolder()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void write_file(const fs::path& path, std::string_view text)
{
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out << text;
    if (!out.flush()) throw std::runtime_error{"cannot write " + path.string()};
}

std::string read_file(const fs::path& path)
{
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace strait::testing
