#include "tests/support/scripted_door.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <charconv>
#include <cstddef>
#include <string_view>
#include <utility>

namespace strait::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// How long the body is of which these are the fields.
std::size_t body_bytes(std::string_view head)
{
    constexpr std::string_view before = "Content-Length: ";
    const auto at = head.find(before);
    std::size_t size = 0;
    if (at == std::string_view::npos) return size;
    const auto digits = head.substr(at + before.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), size);
    return size;
}

}  // namespace

ScriptedDoor::ScriptedDoor(std::vector<std::string> answers)
    : answers_{std::move(answers)},
      acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      thread_{[this] { serve(); }}
{
}

ScriptedDoor::~ScriptedDoor()
{
    ending_ = true;
    boost::system::error_code ignored;
    tcp::socket{io_}.connect(acceptor_.local_endpoint(), ignored);  // wakes the thread
    thread_.join();
}

std::string ScriptedDoor::answer(const std::string& status,
                                 const std::string& body,
                                 const std::string& fields)
{
    return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\n" +
           fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string ScriptedDoor::origin() const
{
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

std::vector<std::string> ScriptedDoor::requests() const
{
    const std::scoped_lock lock{mutex_};
    return requests_;
}

void ScriptedDoor::serve()
{
    for (std::size_t count = 0;;) {
        boost::system::error_code failure;
        tcp::socket socket{io_};
        acceptor_.accept(socket, failure);
        if (ending_) return;
        std::string request;
        asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", failure);
        const auto head = request.find("\r\n\r\n") + 4;
        const auto wanted = head + body_bytes(std::string_view{request}.substr(0, head));
        while (!failure && request.size() < wanted) {
            asio::read(socket,
                       asio::dynamic_buffer(request),
                       asio::transfer_exactly(wanted - request.size()),
                       failure);
        }
        {
            const std::scoped_lock lock{mutex_};
            requests_.push_back(request);
        }
        if (count < answers_.size()) asio::write(socket, asio::buffer(answers_[count]), failure);
        ++count;
        // The client goes first, so that closing does not reset the answer away.
        socket.shutdown(tcp::socket::shutdown_send, failure);
        while (!failure) socket.read_some(asio::buffer(request.data(), request.size()), failure);
    }
}

}  // namespace strait::testing
