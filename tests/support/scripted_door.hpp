#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace strait::testing {

// An HTTP server on loopback that says what it was told to, one answer for each connection, in
// order; an empty one hangs up once the request was read. Then it hangs up always.
class ScriptedDoor {
  public:
    // Each is the whole of an answer: see answer().
    explicit ScriptedDoor(std::vector<std::string> answers);
    ~ScriptedDoor();
    ScriptedDoor(const ScriptedDoor&) = delete;
    ScriptedDoor& operator=(const ScriptedDoor&) = delete;

    // "HTTP/1.1 200 OK", with these fields, each with its end of line, and the body.
    static std::string answer(const std::string& status,
                              const std::string& body,
                              const std::string& fields = {});

    [[nodiscard]] std::string origin() const;

    // What was asked so far, bodies included.
    [[nodiscard]] std::vector<std::string> requests() const;

  private:
    void serve();

    std::vector<std::string> answers_;
    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    std::atomic<bool> ending_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

}  // namespace strait::testing
