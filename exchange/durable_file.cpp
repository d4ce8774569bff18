#include "exchange/durable_file.hpp"

#include <cerrno>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace strait::exchange {

namespace fs = std::filesystem;

namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

std::unexpected<Error> refused(const fs::path& path, const std::error_code& why)
{
    return fail(Errc::unavailable, path.string() + ": " + why.message());
}

// A file or a folder, open until the end of its scope.
class Opened {
  public:
    Opened(const fs::path& path, int flags) : fd_{::open(path.c_str(), flags | O_CLOEXEC, 0600)} {}
    ~Opened()
    {
        if (fd_ >= 0) ::close(fd_);
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

    [[nodiscard]] bool write(std::string_view text) const
    {
        return fd_ >= 0 && ::write(fd_, text.data(), text.size()) == std::ssize(text);
    }
    [[nodiscard]] bool sync() const { return fd_ >= 0 && ::fsync(fd_) == 0; }

  private:
    int fd_;
};

}  // namespace

Result<void> write_durably(const fs::path& file, std::string_view content)
{
    auto aside = file;
    aside += ".new";
    {
        const Opened out{aside, O_WRONLY | O_CREAT | O_TRUNC};
        if (!out.write(content) || !out.sync()) return refused(aside, last_error());
    }
    std::error_code why;
    fs::rename(aside, file, why);
    if (why) return refused(file, why);
    const auto folder = file.parent_path();
    if (!Opened{folder, O_RDONLY | O_DIRECTORY}.sync()) return refused(folder, last_error());
    return {};
}

}  // namespace strait::exchange
