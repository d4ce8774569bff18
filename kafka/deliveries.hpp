#pragma once

#include "core/ids.hpp"
#include "kafka/handle.hpp"
#include "kafka/producer.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace strait::kafka {

// The account of the records of one transaction: which were queued, and what became of them.
class Deliveries {
  public:
    // Travels with a record through librdkafka and says, in its report, which one it was.
    using Token = std::uint64_t;

    // Where a record goes to: a number for a partition, the same as long as this object lives.
    using Place = std::uint32_t;
    Place place_of(const TopicPartition& to);

    // The next record.
    Token expect(Place place, std::size_t bytes);

    // It was not even queued: for its own sake, or, with Errc::abort_required, because the
    // transaction takes nothing more.
    void refuse(Token token, Error error);

    // Its report. One that belongs to an account closed before is ignored.
    void report(Token token, rd_kafka_resp_err_t code, const std::string& text, Offset offset);

    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
    [[nodiscard]] std::size_t queued_bytes() const noexcept { return queued_bytes_; }
    [[nodiscard]] std::size_t queued_bytes(Place place) const { return queued_at_.at(place); }
    [[nodiscard]] const std::optional<Delivered::Failed>& failed() const noexcept
    {
        return failed_;
    }

    // True if librdkafka sends nothing more of a transaction; not so for a record that it refused.
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }

    [[nodiscard]] Delivered result() const;

    // The first record that goes there.
    [[nodiscard]] std::optional<std::size_t> first_at(const TopicPartition& to) const;

    // Closes this account and opens an empty one.
    void reset();

  private:
    // Which failure to name first: a record's own, then any other, then those of innocent ones.
    enum class Rank { guilty, failed, innocent };
    struct Entry {
        std::size_t bytes = 0;
        Offset offset{-1};
        Place place = 0;
        bool open = true;
    };

    static Rank rank_of(rd_kafka_resp_err_t code, const Error& error);
    Entry* close(Token token);
    void fail_at(Token token, Rank rank, Error error, bool alone = false);

    std::map<TopicPartition, Place> places_;
    std::vector<std::size_t> queued_at_;  // by place
    std::vector<Entry> entries_;
    std::size_t waiting_ = 0;
    std::size_t queued_bytes_ = 0;
    std::optional<Delivered::Failed> failed_;
    Rank failed_rank_ = Rank::innocent;
    bool stopped_ = false;
    Token account_ = 0;
};

}  // namespace strait::kafka
