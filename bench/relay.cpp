#include "bench/relay.hpp"

#include "bench/measurement.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace strait::bench {
namespace {

constexpr std::size_t chunk_bytes = 1 << 20;

[[noreturn]] void fail(const char* doing)
{
    throw std::system_error{errno, std::system_category(), doing};
}

class Socket {
  public:
    explicit Socket(int fd) : fd_{fd}
    {
        if (fd_ < 0) fail("socket");
    }
    ~Socket()
    {
        if (fd_ >= 0) ::close(fd_);
    }
    Socket(Socket&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Socket& operator=(Socket&&) = delete;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] int get() const noexcept { return fd_; }

  private:
    int fd_;
};

struct Connection {
    Socket client;
    Socket server;
};

Connection connect_loopback()
{
    const Socket listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const at = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener.get(), at, size) != 0) fail("bind");
    if (::listen(listener.get(), 1) != 0) fail("listen");
    if (::getsockname(listener.get(), at, &size) != 0) fail("getsockname");
    Socket client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (::connect(client.get(), at, size) != 0) fail("connect");
    Socket server{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    return {std::move(client), std::move(server)};
}

void send_all(int fd, const char* bytes, std::size_t size)
{
    while (size > 0) {
        const auto sent = ::send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent < 0) fail("send");
        bytes += sent;
        size -= static_cast<std::size_t>(sent);
    }
}

// As much as there is until the chunk is full; 0 at the end of the stream.
std::size_t receive(int fd, std::vector<char>& chunk)
{
    std::size_t size = 0;
    while (size < chunk.size()) {
        const auto got = ::recv(fd, chunk.data() + size, chunk.size() - size, 0);
        if (got < 0) fail("recv");
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    return size;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes)
{
    std::uint64_t wide = crc;
    while (bytes.size() >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof word);
        wide = _mm_crc32_u64(wide, word);
        bytes.remove_prefix(sizeof word);
    }
    for (const char byte : bytes) {
        wide = _mm_crc32_u8(static_cast<std::uint32_t>(wide), static_cast<unsigned char>(byte));
    }
    return static_cast<std::uint32_t>(wide);
}
#else
// A sum that reads every byte, where there is no instruction for the real one.
std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes)
{
    for (const char byte : bytes) crc = crc * 31 + static_cast<unsigned char>(byte);
    return crc;
}
#endif

double cpu_of_this_thread()
{
    rusage usage{};
    if (::getrusage(RUSAGE_THREAD, &usage) != 0) fail("getrusage");
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

RelayLimit measure_relay(Bytes bytes)
{
    auto in = connect_loopback();
    auto out = connect_loopback();
    const std::jthread source{[&] {
        const std::vector<char> chunk(chunk_bytes, 'x');
        for (std::uint64_t sent = 0; sent < bytes.value; sent += chunk.size()) {
            send_all(in.client.get(), chunk.data(), chunk.size());
        }
        ::shutdown(in.client.get(), SHUT_WR);
    }};
    const std::jthread target{[&] {
        std::vector<char> chunk(chunk_bytes);
        while (receive(out.server.get(), chunk) > 0) {
        }
    }};

    const auto begun = Clock::now();
    const auto cpu_before = cpu_of_this_thread();
    std::vector<char> chunk(chunk_bytes);
    std::uint32_t crc = ~0U;
    double copied = 0;
    while (const auto size = receive(in.server.get(), chunk)) {
        crc = crc32c(crc, {chunk.data(), size});
        send_all(out.client.get(), chunk.data(), size);
        copied += static_cast<double>(size);
    }
    ::shutdown(out.client.get(), SHUT_WR);
    [[maybe_unused]] const volatile auto used = crc;  // or else nothing need compute it
    const std::chrono::duration<double> taken = Clock::now() - begun;
    return {.megabytes_per_second = copied / 1e6 / taken.count(),
            .cpu_per_gigabyte = (cpu_of_this_thread() - cpu_before) * 1e9 / copied};
}

}  // namespace strait::bench
