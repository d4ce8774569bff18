#pragma once

#include <filesystem>
#include <string_view>

namespace strait::testing {

// A new, empty folder below the system's temporary folder, removed with all that is in it. Folders
// left behind by test programs that were killed are removed on the way.
class TempFolder {
  public:
    explicit TempFolder(std::string_view purpose);
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

// Throws std::runtime_error if the file cannot be written.
void write_file(const std::filesystem::path& path, std::string_view text);

// What the file holds; empty if it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace strait::testing
