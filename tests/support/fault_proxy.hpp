#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace strait::testing {

// A network between clients and one broker that comes to grief: whoever connects to port() speaks
// with the broker, and what passes can be slowed, lost, cut, or held. In a thread of its own; every
// call returns when it has happened. Thread-safe.
class FaultProxy {
  public:
    enum class Way { to_broker, to_client };

    explicit FaultProxy(std::uint16_t broker_port);
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    // What passes waits so long, either way.
    void delay(std::chrono::milliseconds time);

    // A black hole: what goes these ways is lost, of old connections and of new ones.
    void swallow(std::set<Way> ways);

    // Half-open: the broker's side of every connection is closed, and clients do not hear of it.
    void cut_silently();

    // RST, to both sides of every connection.
    void reset();

    // The next `count` requests of a Kafka api (26: EndTxn) stay here; others pass them.
    void hold(std::int16_t api, int count = 1);
    [[nodiscard]] std::size_t held() const noexcept { return held_count_; }

    // Sends the broker what is held, also of clients that have given up, and holds no more.
    void release();

    // Nothing is slowed or lost from now on. Connections that lost bytes are reset.
    void heal();

  private:
    class Connection;

    void run(const std::function<void()>& work);
    void accept();
    void remove(const Connection& ended);

    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::ip::tcp::endpoint broker_;
    std::uint16_t port_;
    std::atomic<std::size_t> held_count_ = 0;

    // Only in the thread.
    std::chrono::milliseconds delay_{0};
    std::set<Way> swallowed_;
    std::int16_t held_api_ = -1;
    int hold_left_ = 0;
    std::list<std::unique_ptr<Connection>> connections_;
    std::vector<std::pair<Connection*, std::string>> held_;

    std::thread thread_;  // last: it uses all of the above
};

}  // namespace strait::testing
