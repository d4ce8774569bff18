#pragma once

#include "api/link_documents.hpp"
#include "core/clock.hpp"
#include "core/ids.hpp"
#include "exchange/admin_client.hpp"
#include "links/store/translation.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace strait::testing {

// What a running `strait serve` says of one link at its admin socket. What it says of positions is
// remembered: make a new door when the link has moved on. Not thread-safe.
class LinkDoor {
  public:
    using Status = api::LinkStatusDocument;

    LinkDoor(const std::filesystem::path& data_dir, std::string link);

    // Nothing while nobody answers.
    std::optional<Status> status();

    struct Awaited {
        bool found = false;
        std::optional<Status> last;  // the one that was found, if one was
    };
    // Asks again and again until an answer `is_wanted`, or until the deadline.
    Awaited wait_for(const std::function<bool(const Status&)>& is_wanted,
                     std::chrono::seconds deadline);

    // Throws std::runtime_error if the door does not answer.
    links::Translation translate(links::Direction direction,
                                 const TopicPartition& at,
                                 Offset offset);

  private:
    using Block = std::tuple<links::Direction, TopicPartition, std::int64_t>;

    std::string request(bool post, std::string_view rest, std::string body);
    std::vector<links::Translation> ask(const Block& block);

    std::string link_;
    SystemClock clock_;
    boost::asio::io_context io_{1};
    exchange::AdminClient client_;
    std::map<Block, std::vector<links::Translation>> answers_;
};

// The state, the reason and the positions, for a failure that explains itself.
std::string to_text(const std::optional<LinkDoor::Status>& status);

}  // namespace strait::testing
