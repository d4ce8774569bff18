#include "api/catalog/cluster_rules.hpp"
#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "api/cluster_probe.hpp"
#include "catalog/declared/apply.hpp"
#include "catalog/declared/exported.hpp"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

namespace strait::api {

namespace {

namespace http = boost::beast::http;
using catalog::ObservedTopics;
using catalog::UnseenTopics;
using catalog::Wanted;

struct Asked {
    std::vector<catalog::Declaration> declarations;
    bool prune = false;
    std::string reason;
};

Answered<Asked> read_asked(const Call& call)
{
    Problems problems;
    const auto body = parse_body(call, problems);
    if (!problems.empty()) return refuse(problems);
    Asked asked;
    {
        ObjectReader reader{body, "", problems};
        asked.prune = reader.optional("prune", false);
        asked.reason = reader.optional<std::string>("reason", {});
        check_reason(asked.reason, problems);
        asked.declarations = catalog::read_declarations(reader);
    }
    if (!problems.empty()) return refuse(problems);
    return asked;
}

// Whether they may be published is for what their clusters show now, as where somebody waits until
// the exchange has looked. What does not answer was not seen: the refusal names it.
boost::asio::awaitable<ObservedTopics> look_at(Services& services, const UnseenTopics& unseen)
{
    ObservedTopics seen;
    for (const auto& [cluster, topics] : unseen) {
        assert(services.clusters != nullptr);
        const auto sight =
            co_await services.clusters->look_at(cluster, {topics.begin(), topics.end()});
        if (!sight) continue;
        for (const auto& [name, topic] : sight->topics)
            seen.emplace(std::pair{cluster, name}, topic);
    }
    co_return seen;
}

}  // namespace

Handled apply_declarations(Services& services, const Call& call)
{
    auto asked = read_asked(call);
    if (!asked) co_return std::unexpected{asked.error()};
    const auto& declarations = asked->declarations;
    const Command<UnseenTopics> question = [declarations](catalog::Draft& draft,
                                                          const catalog::Act& act) {
        return catalog::unseen_topics(draft, act, declarations);
    };
    const auto unseen = co_await ask(services, call, question);
    if (!unseen) co_return std::unexpected{unseen.error()};
    Wanted wanted{.declarations = asked->declarations,
                  .prune = asked->prune,
                  .rules = cluster_rules(services.cluster_guard),
                  .observed = co_await look_at(services, *unseen)};
    const Command<Shown> command = [wanted = std::move(wanted), reason = asked->reason](
                                       catalog::Draft& draft,
                                       const catalog::Act& act) -> catalog::Outcome<Shown> {
        draft.because(reason);
        const auto applied = catalog::apply(draft, act, wanted);
        if (!applied) return catalog::refuse(applied.error());
        return Shown{.body = catalog::to_json(*applied, catalog::Purpose::shown).as_object(),
                     .revision = draft.revision()};
    };
    co_return co_await carry_out(services, call, command);
}

Handled export_declarations(Services& services, const Call& call)
{
    const Command<boost::json::array> question = [](catalog::Draft& draft,
                                                    const catalog::Act& act) {
        return catalog::export_all(draft, act);
    };
    auto documents = co_await ask(services, call, question);
    if (!documents) co_return std::unexpected{documents.error()};
    co_return catalog_response(
        services, http::status::ok, boost::json::object{{"documents", *std::move(documents)}});
}

}  // namespace strait::api
