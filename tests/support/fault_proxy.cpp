#include "tests/support/fault_proxy.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <future>
#include <optional>
#include <string_view>

namespace strait::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

// Two sockets and what is under way between them. The proxy removes it when it waits for nothing.
class FaultProxy::Connection {
    // What is waited for, so that the connection lasts until it has come.
    auto counted(auto handler)
    {
        ++waiting_;
        return [this, handler = std::move(handler)](auto&&... results) mutable {
            handler(results...);
            if (--waiting_ == 0) proxy_.remove(*this);
        };
    }

  public:
    Connection(FaultProxy& proxy, tcp::socket client)
        : proxy_{proxy},
          client_{std::move(client)},
          broker_{proxy.io_},
          to_broker_{Way::to_broker, client_, broker_, asio::steady_timer{proxy.io_}},
          to_client_{Way::to_client, broker_, client_, asio::steady_timer{proxy.io_}}
    {
    }

    void start()
    {
        broker_.async_connect(proxy_.broker_, counted([this](const auto& failure) {
                                  if (failure) return close();
                                  read(to_broker_);
                                  read(to_client_);
                              }));
    }

    void close()
    {
        boost::system::error_code ignored;
        client_.close(ignored);
        broker_.close(ignored);
        to_broker_.timer.cancel();
        to_client_.timer.cancel();
    }

    void reset()
    {
        boost::system::error_code ignored;
        const asio::socket_base::linger at_once{true, 0};
        client_.set_option(at_once, ignored);
        broker_.set_option(at_once, ignored);
        close();
    }

    void cut_silently()
    {
        silent_ = true;
        boost::system::error_code ignored;
        broker_.close(ignored);
    }

    [[nodiscard]] bool lost_bytes() const { return lossy_ || silent_; }

    // Of a request that was held: behind what is being written, if anything is.
    void send_late(std::string frame)
    {
        if (client_.is_open() && to_broker_.writing) {
            late_ += frame;
            return;
        }
        const auto bytes = std::make_shared<std::string>(std::move(frame));
        asio::async_write(broker_, asio::buffer(*bytes), counted([bytes](auto&&...) {}));
    }

  private:
    struct Lane {
        Way way;
        tcp::socket& from;
        tcp::socket& to;
        asio::steady_timer timer;
        std::array<char, std::size_t{64} << 10U> piece{};
        std::string out{};
        bool writing = false;
    };

    void read(Lane& lane)
    {
        lane.from.async_read_some(asio::buffer(lane.piece),
                                  counted([this, &lane](const auto& failure, std::size_t size) {
                                      if (failure) return ended(lane);
                                      take(lane, std::string_view{lane.piece.data(), size});
                                  }));
    }

    // The other side of a connection is closed with it; unless the broker is still to get what was
    // held of it, or its end is to stay unknown.
    void ended(Lane& lane)
    {
        if (silent_) return;
        boost::system::error_code ignored;
        if (lane.way == Way::to_broker && held_ > 0) {
            client_.close(ignored);
            return;
        }
        close();
    }

    void take(Lane& lane, std::string_view bytes)
    {
        lane.out.append(lane.way == Way::to_broker ? frames(bytes) : std::string{bytes});
        if (proxy_.swallowed_.contains(lane.way) || silent_) {
            lossy_ = lossy_ || !lane.out.empty();
            lane.out.clear();
        }
        if (lane.out.empty()) return read(lane);
        if (proxy_.delay_ == std::chrono::milliseconds::zero()) return write(lane);
        lane.timer.expires_after(proxy_.delay_);
        lane.timer.async_wait(counted([this, &lane](const auto& cancelled) {
            if (!cancelled) write(lane);
        }));
    }

    void write(Lane& lane)
    {
        if (lane.way == Way::to_broker) lane.out += std::exchange(late_, {});
        lane.writing = true;
        asio::async_write(lane.to,
                          asio::buffer(lane.out),
                          counted([this, &lane](const auto& failure, std::size_t) {
                              lane.writing = false;
                              if (failure) return ended(lane);
                              lane.out.clear();
                              if (!late_.empty()) return write(to_broker_);
                              read(lane);
                          }));
    }

    // The whole requests among what has come, without those that are held.
    std::string frames(std::string_view bytes)
    {
        partial_ += bytes;
        std::string passing;
        while (partial_.size() >= 4) {
            const auto byte = [&](std::size_t i) {
                return static_cast<std::uint32_t>(static_cast<unsigned char>(partial_[i]));
            };
            const std::size_t size =
                4 + (byte(0) << 24U | byte(1) << 16U | byte(2) << 8U | byte(3));
            if (partial_.size() < size || size < 6) break;
            const auto api = static_cast<std::int16_t>(byte(4) << 8U | byte(5));
            auto frame = partial_.substr(0, size);
            partial_.erase(0, size);
            if (api == proxy_.held_api_ && proxy_.hold_left_ > 0) {
                --proxy_.hold_left_;
                ++held_;
                proxy_.held_.emplace_back(this, std::move(frame));
                ++proxy_.held_count_;
            } else {
                passing += frame;
            }
        }
        return passing;
    }

    FaultProxy& proxy_;
    tcp::socket client_;
    tcp::socket broker_;
    Lane to_broker_;
    Lane to_client_;
    std::string partial_;  // the begin of a request
    std::string late_;
    int held_ = 0;
    int waiting_ = 0;
    bool lossy_ = false;
    bool silent_ = false;
};

FaultProxy::FaultProxy(std::uint16_t broker_port)
    : acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      broker_{asio::ip::address_v4::loopback(), broker_port},
      port_{acceptor_.local_endpoint().port()}
{
    accept();
    thread_ = std::thread{[this] { io_.run(); }};
}

FaultProxy::~FaultProxy()
{
    run([this] {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        held_.clear();
        for (const auto& connection : connections_) connection->close();
    });
    thread_.join();
}

void FaultProxy::run(const std::function<void()>& work)
{
    std::promise<void> done;
    asio::post(io_, [&] {
        work();
        done.set_value();
    });
    done.get_future().get();
}

void FaultProxy::accept()
{
    acceptor_.async_accept([this](const auto& failure, tcp::socket client) {
        if (failure) return;
        connections_.push_back(std::make_unique<Connection>(*this, std::move(client)));
        connections_.back()->start();
        accept();
    });
}

void FaultProxy::remove(const Connection& ended)
{
    std::erase_if(held_, [&](const auto& of) { return of.first == &ended; });
    held_count_ = held_.size();
    std::erase_if(connections_, [&](const auto& each) { return each.get() == &ended; });
}

void FaultProxy::delay(std::chrono::milliseconds time)
{
    run([&] { delay_ = time; });
}

void FaultProxy::swallow(std::set<Way> ways)
{
    run([&] { swallowed_ = std::move(ways); });
}

void FaultProxy::cut_silently()
{
    run([&] {
        for (const auto& connection : connections_) connection->cut_silently();
    });
}

void FaultProxy::reset()
{
    run([&] {
        for (const auto& connection : connections_) connection->reset();
    });
}

void FaultProxy::hold(std::int16_t api, int count)
{
    run([&] {
        held_api_ = api;
        hold_left_ = count;
    });
}

void FaultProxy::release()
{
    run([&] {
        hold_left_ = 0;
        for (auto& [connection, frame] : held_) connection->send_late(std::move(frame));
        held_.clear();
        held_count_ = 0;
    });
}

void FaultProxy::heal()
{
    run([&] {
        delay_ = std::chrono::milliseconds::zero();
        swallowed_.clear();
        for (const auto& connection : connections_) {
            if (connection->lost_bytes()) connection->reset();
        }
    });
}

}  // namespace strait::testing
