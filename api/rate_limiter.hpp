#pragma once

#include "core/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace strait::api {

// How often somebody may ask: `count` in each `window`, all of them at once if need be.
struct RateLimit {
    std::string_view name;  // as answers call it
    std::uint32_t count = 0;
    std::chrono::seconds window{1};

    bool operator==(const RateLimit&) const = default;
};

// What a caller is told of its limit (draft-ietf-httpapi-ratelimit-headers-10).
struct RateStanding {
    RateLimit limit;
    bool allowed = false;
    std::uint32_t left = 0;
    std::chrono::seconds wait{0};  // until one more is allowed; rounded up
};

// Token buckets, one for each key and limit that was asked for lately. At most two times `keys_max`
// of them are held: who comes back after as many others finds a full one.
//
// Not thread-safe. `clock` outlives it.
class RateLimiter {
  public:
    static constexpr std::size_t keys_max = 50'000;

    explicit RateLimiter(Clock& clock) noexcept : clock_{clock} {}

    // Takes one, if there is one.
    RateStanding take(std::string_view key, const RateLimit& limit);

    // What there is, without taking any.
    RateStanding look(std::string_view key, const RateLimit& limit);

    // How often a caller was told to wait.
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

  private:
    struct Bucket {
        double tokens = 0;
        Clock::Time filled_at;
    };
    using Buckets = std::unordered_map<std::string, Bucket>;

    Bucket& bucket_of(std::string_view key, const RateLimit& limit);
    static RateStanding standing(const Bucket& bucket, const RateLimit& limit);

    Clock& clock_;
    Buckets young_;
    Buckets old_;
    std::uint64_t refused_ = 0;
};

}  // namespace strait::api
