#include "api/rate_limiter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace strait::api {

RateLimiter::Bucket& RateLimiter::bucket_of(std::string_view key, const RateLimit& limit)
{
    auto name = std::string{limit.name}.append("\n").append(key);
    const auto now = clock_.now();
    auto found = young_.find(name);
    if (found == young_.end()) {
        if (young_.size() >= keys_max) old_ = std::exchange(young_, {});
        const auto before = old_.find(name);
        const Bucket full{static_cast<double>(limit.count), now};
        found = young_.emplace(std::move(name), before == old_.end() ? full : before->second).first;
    }
    auto& bucket = found->second;
    const std::chrono::duration<double> passed = now - bucket.filled_at;
    const auto rate = limit.count / std::chrono::duration<double>{limit.window}.count();
    bucket.tokens = std::min<double>(limit.count, bucket.tokens + passed.count() * rate);
    bucket.filled_at = now;
    return bucket;
}

RateStanding RateLimiter::standing(const Bucket& bucket, const RateLimit& limit)
{
    const auto missing = std::max(0.0, 1 - bucket.tokens);
    const auto rate = limit.count / std::chrono::duration<double>{limit.window}.count();
    return {.limit = limit,
            .allowed = missing == 0,
            .left = static_cast<std::uint32_t>(bucket.tokens),
            .wait = std::chrono::seconds{static_cast<std::int64_t>(std::ceil(missing / rate))}};
}

RateStanding RateLimiter::look(std::string_view key, const RateLimit& limit)
{
    return standing(bucket_of(key, limit), limit);
}

RateStanding RateLimiter::take(std::string_view key, const RateLimit& limit)
{
    auto& bucket = bucket_of(key, limit);
    auto seen = standing(bucket, limit);
    if (!seen.allowed) {
        ++refused_;
        return seen;
    }
    bucket.tokens -= 1;
    --seen.left;
    return seen;
}

}  // namespace strait::api
