#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "kafka/client_settings.hpp"
#include "links/store/link_record.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {

// Errc::conflict, with the remedy, if one of these belongs to the link: to be asked of one whose
// own records are not where they have to be. It has run before, and would copy everything again.
Result<void> require_new(const LinkName& link,
                         const TopicPartition& place,
                         std::span<const TopicOwner> owners);

// The owner records (T) of all links in the `_strait.links` of one cluster: what loop prevention
// and the adoption of existing topics go by. Reads the topic once, and from then on what is new.
//
// Not thread-safe: the thread of `admin`, which outlives it like `clock`.
class OwnerRecords {
  public:
    OwnerRecords(boost::asio::any_io_executor executor,
                 boost::asio::any_io_executor pool,
                 kafka::Admin& admin,
                 kafka::ClientSettings reader,
                 Clock& clock,
                 std::shared_ptr<spdlog::logger> log);

    // Errc::forbidden if the topic is there and may not be read. Nothing to do where it is not.
    boost::asio::awaitable<Result<void>> refresh();

    [[nodiscard]] std::vector<TopicOwner> all() const;

  private:
    using Ends = std::map<TopicPartition, Offset>;

    boost::asio::awaitable<Result<Ends>> ends();
    Result<void> keep(std::string_view key, std::optional<std::string_view> value);

    boost::asio::any_io_executor executor_;
    boost::asio::any_io_executor pool_;
    kafka::Admin& admin_;
    kafka::ClientSettings reader_;
    Clock& clock_;
    std::shared_ptr<spdlog::logger> log_;
    Ends next_;
    std::map<std::pair<LinkName, TopicName>, TopicOwner> owners_;
};

}  // namespace strait::links
