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

// What a running `strait serve` says of one link at its admin socket. Not thread-safe.
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

    // The rest throws std::runtime_error if the door does not answer.

    // The ledger of one partition, oldest entry first.
    std::vector<api::GapDocument> gaps(const TopicPartition& at);

    // The answers for all offsets in [from, to), in order.
    std::vector<links::Translation> translate(links::Direction direction,
                                              const TopicPartition& at,
                                              Offset from,
                                              Offset to);

    // The answer for one offset; asked for with its neighbours and then remembered, so make a new
    // door when the link has moved on.
    links::Translation remembered(links::Direction direction,
                                  const TopicPartition& at,
                                  Offset offset);

  private:
    using Block = std::tuple<links::Direction, TopicPartition, std::int64_t>;

    std::string request(bool post, std::string_view rest, std::string body);

    std::string link_;
    SystemClock clock_;
    boost::asio::io_context io_{1};
    exchange::AdminClient client_;
    std::map<Block, std::vector<links::Translation>> answers_;
};

// The partition in a status, named as at the source; null if it is not in it.
const api::PartitionDocument* find_partition(const LinkDoor::Status& status,
                                             const TopicPartition& at);

// The state, the reason and the positions, for a failure that explains itself.
std::string to_text(const std::optional<LinkDoor::Status>& status);

}  // namespace strait::testing
