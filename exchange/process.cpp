#include "exchange/process.hpp"

#include <malloc.h>

#include <algorithm>
#include <array>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace strait::exchange {

void open_standard_streams()
{
    // In their order: each takes the lowest number that is free. Output is opened for reading, so
    // that a command whose answer goes nowhere says so.
    constexpr std::array modes{O_RDONLY, O_RDONLY, O_WRONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) == -1) ::open("/dev/null", modes.at(static_cast<unsigned>(fd)));
    }
}

std::uint64_t raise_file_limit()
{
    ::rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
    const auto before = files.rlim_cur;
    files.rlim_cur = files.rlim_max;
    return ::setrlimit(RLIMIT_NOFILE, &files) == 0 ? files.rlim_cur : before;
}

void limit_heaps()
{
    const auto processors = std::max(2U, std::thread::hardware_concurrency());
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before there are threads
    ::mallopt(M_ARENA_MAX, static_cast<int>(processors));
}

}  // namespace strait::exchange
