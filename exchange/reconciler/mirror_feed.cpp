#include "exchange/reconciler/mirror_feed.hpp"

#include "catalog/records/access.hpp"
#include "exchange/catalog_news.hpp"

#include <array>
#include <utility>

namespace strait::exchange {

namespace asio = boost::asio;
using catalog::Cluster;
using catalog::Draft;
using catalog::Noun;
using catalog::Outcome;
using catalog::Subscription;

namespace {

// Null if it is none that is mirrored, or has ended.
std::optional<MirroredSubscription> mirror_of(Draft& draft, Subscription subscription)
{
    if (subscription.kind != catalog::DeliveryKind::kafka_mirror) return std::nullopt;
    if (subscription.state == catalog::SubscriptionState::terminated) return std::nullopt;
    MirroredSubscription found;
    found.subscription = std::move(subscription);
    if (const auto agreement = draft.find<catalog::Agreement>(found.subscription.agreement)) {
        found.on_gap = agreement->policy.on_gap;
        found.quota = agreement->plan.quota;
    }
    return found;
}

}  // namespace

Outcome<MirrorFeed::News> MirrorFeed::read(Draft& draft,
                                           const catalog::Act& act,
                                           std::optional<std::uint64_t> seen,
                                           const ClusterConfigOf& config_of)
{
    constexpr std::array nouns{Noun::subscription, Noun::cluster};
    const auto changed = catalog_news(draft, seen, nouns);
    if (!changed) return catalog::refuse(changed.error());
    News news{.revision = changed->revision,
              .whole = changed->whole,
              .mirrored = {},
              .ended = {},
              .clusters = {}};
    for (const auto& [noun, bits] : changed->records) {
        if (noun == Noun::cluster) {
            const auto cluster = draft.find<Cluster>({bits});
            if (cluster) news.clusters.emplace(cluster->id, config_of(draft, act, *cluster));
            continue;
        }
        auto subscription = draft.find<Subscription>({bits});
        auto found = subscription ? mirror_of(draft, *std::move(subscription)) : std::nullopt;
        if (found)
            news.mirrored.push_back(*std::move(found));
        else
            news.ended.push_back({bits});
    }
    return news;
}

asio::awaitable<Outcome<bool>> MirrorFeed::catch_up()
{
    const catalog::Caller system{.kind = catalog::Caller::Kind::system, .request_id = "reconciler"};
    const catalog::Catalog::Command<News> question = [seen = seen_, config_of = config_of_](
                                                         Draft& draft, const catalog::Act& act) {
        return read(draft, act, seen, config_of);
    };
    auto news = co_await catalog_.ask(system, question);
    if (!news) co_return catalog::refuse(std::move(news.error()));
    const bool any = news->whole || news->revision != seen_;
    if (news->whole) {
        mirrored_.clear();
        clusters_.clear();
    }
    for (auto& each : news->mirrored) {
        const auto id = each.subscription.id;
        mirrored_.insert_or_assign(id, std::move(each));
    }
    for (const auto& id : news->ended) mirrored_.erase(id);
    for (auto& [id, config] : news->clusters) {
        if (config) {
            clusters_.insert_or_assign(id, *std::move(config));
        } else {
            clusters_.erase(id);
        }
    }
    seen_ = news->revision;
    co_return any;
}

}  // namespace strait::exchange
