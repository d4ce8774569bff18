#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <string>
#include <thread>

namespace strait::testing {

// A token endpoint of OAuth 2 on loopback: every request gets an unsigned token for one user, which
// brokers with Kafka's unsecured OAUTHBEARER validator accept.
class TokenEndpoint {
  public:
    explicit TokenEndpoint(std::string user);
    ~TokenEndpoint();
    TokenEndpoint(const TokenEndpoint&) = delete;
    TokenEndpoint& operator=(const TokenEndpoint&) = delete;

    [[nodiscard]] std::string url() const;
    [[nodiscard]] int requests() const noexcept { return requests_; }

  private:
    void serve();
    [[nodiscard]] std::string token() const;

    std::string user_;
    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    std::atomic<int> requests_{0};
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

}  // namespace strait::testing
