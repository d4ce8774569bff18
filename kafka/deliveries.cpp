#include "kafka/deliveries.hpp"

#include "kafka/error.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace strait::kafka {

namespace {

// Token: the account's number above, the record's below.
constexpr unsigned index_bits = 40;

std::size_t index_of(Deliveries::Token token) { return token & ((1ULL << index_bits) - 1); }

}  // namespace

Deliveries::Place Deliveries::place_of(const TopicPartition& to)
{
    const auto [found, is_new] = places_.try_emplace(to, static_cast<Place>(queued_at_.size()));
    if (is_new) queued_at_.push_back(0);
    return found->second;
}

Deliveries::Token Deliveries::expect(Place place, std::size_t bytes)
{
    entries_.push_back({.bytes = bytes, .place = place});
    ++waiting_;
    queued_bytes_ += bytes;
    queued_at_.at(place) += bytes;
    return account_ << index_bits | (entries_.size() - 1);
}

Deliveries::Entry* Deliveries::close(Token token)
{
    const auto index = index_of(token);
    if (token >> index_bits != account_ || index >= entries_.size()) return nullptr;
    auto& entry = entries_[index];
    if (!std::exchange(entry.open, false)) return nullptr;
    --waiting_;
    queued_bytes_ -= entry.bytes;
    queued_at_.at(entry.place) -= entry.bytes;
    return &entry;
}

Deliveries::Rank Deliveries::rank_of(rd_kafka_resp_err_t code, const Error& error)
{
    switch (code) {
        case RD_KAFKA_RESP_ERR__INVALID_DIFFERENT_RECORD:
        case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
        case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT: return Rank::innocent;
        default: return error.code() == Errc::abort_required ? Rank::failed : Rank::guilty;
    }
}

void Deliveries::fail_at(Token token, Rank rank, Error error, bool alone)
{
    const auto index = index_of(token);
    if (failed_ && std::tuple{failed_rank_, failed_->index} < std::tuple{rank, index}) return;
    failed_ = Delivered::Failed{.index = index, .error = std::move(error), .alone = alone};
    failed_rank_ = rank;
}

void Deliveries::refuse(Token token, Error error)
{
    if (close(token) == nullptr) return;
    const bool own = error.code() != Errc::abort_required && error.code() != Errc::cancelled;
    stopped_ = stopped_ || !own;
    fail_at(token, own ? Rank::guilty : Rank::innocent, std::move(error), own);
}

void Deliveries::report(Token token,
                        rd_kafka_resp_err_t code,
                        const std::string& text,
                        Offset offset)
{
    auto* const entry = close(token);
    if (entry == nullptr) return;
    entry->offset = offset;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        stopped_ = true;
        auto error = translated_report(code, text);
        const auto rank = rank_of(code, error);
        return fail_at(token, rank, std::move(error));
    }
    if (offset < Offset{0}) {
        fail_at(token, Rank::failed, Error{Errc::abort_required, "delivered at an unknown offset"});
    }
}

Delivered Deliveries::result() const
{
    Delivered delivered{.offsets = {}, .failed = failed_};
    if (failed_) return delivered;
    delivered.offsets.reserve(entries_.size());
    for (const auto& entry : entries_) delivered.offsets.push_back(entry.offset);
    return delivered;
}

std::optional<std::size_t> Deliveries::first_at(const TopicPartition& to) const
{
    const auto place = places_.find(to);
    if (place == places_.end()) return std::nullopt;
    const auto first = std::ranges::find(entries_, place->second, &Entry::place);
    if (first == entries_.end()) return std::nullopt;
    return static_cast<std::size_t>(first - entries_.begin());
}

void Deliveries::reset()
{
    entries_.clear();
    waiting_ = 0;
    queued_bytes_ = 0;
    std::ranges::fill(queued_at_, 0);
    failed_.reset();
    stopped_ = false;
    failed_rank_ = Rank::innocent;
    account_ = (account_ + 1) & 0xFFFFFFU;
}

}  // namespace strait::kafka
