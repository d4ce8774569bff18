#include "tests/support/free_port.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace strait::testing {
namespace {

constexpr std::uint32_t first = 23'000;
constexpr std::uint32_t count = 8'000;

bool is_free(std::uint16_t port)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (fd < 0) return false;
    const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return bound;
}

// A name in the abstract namespace is taken until the process ends, however it ends: the socket is
// left open on purpose.
bool reserve(std::uint16_t port)
{
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto name = "strait-test-port-" + std::to_string(port);
    std::ranges::copy(name, address.sun_path + 1);
    const auto size = offsetof(sockaddr_un, sun_path) + 1 + name.size();
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size)) == 0)
        return true;
    ::close(fd);
    return false;
}

}  // namespace

std::uint16_t reserve_port()
{
    static auto next = static_cast<std::uint32_t>(::getpid()) * 16U;
    for (std::uint32_t tried = 0; tried < count; ++tried) {
        const auto port = static_cast<std::uint16_t>(first + next++ % count);
        if (is_free(port) && reserve(port)) return port;
    }
    throw std::runtime_error{"no free loopback port"};
}

}  // namespace strait::testing
