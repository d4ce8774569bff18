#include "catalog/catalog.hpp"

#include "catalog/commands/api_key.hpp"
#include "catalog/commands/authentication.hpp"
#include "catalog/commands/networks.hpp"
#include "catalog/store/own_chain.hpp"
#include "core/blocking.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <cassert>
#include <exception>
#include <string>
#include <vector>

namespace strait::catalog {

namespace asio = boost::asio;

namespace {

// What an entry of the audit keeps of an address: the network that it is of, not the person.
std::string network_of(const std::string& address)
{
    constexpr unsigned short bits_v4 = 24;
    constexpr unsigned short bits_v6 = 48;
    boost::system::error_code none;
    const auto ip = asio::ip::make_address(address, none);
    if (none) return {};
    if (ip.is_v4()) return asio::ip::network_v4{ip.to_v4(), bits_v4}.canonical().to_string();
    return asio::ip::network_v6{ip.to_v6(), bits_v6}.canonical().to_string();
}

// Whether the networks let somebody in from there.
bool lets_in(const std::vector<std::string>& networks, const std::string& address)
{
    if (networks.empty()) return true;
    Problems none;
    const auto from = read_networks("", {address}, none);
    return none.empty() && is_within(from, networks);
}

AuditedAct audited_as(const Caller& caller, const Act& act)
{
    AuditedAct audited{
        .request_id = caller.request_id, .actor = act.actor, .organisation = act.organisation};
    if (auto network = network_of(caller.address); !network.empty()) audited.address = network;
    if (const auto key = read_api_key(caller.key.reveal())) audited.key_id = key->id;
    return audited;
}

}  // namespace

Catalog::Catalog(CatalogStore store, Secret pepper, asio::any_io_executor pool, Clock& clock)
    : store_{std::move(store)},
      pepper_{std::move(pepper)},
      entropy_{system_entropy()},
      pool_{pool},
      writer_{asio::make_strand(pool)},
      clock_{clock},
      revision_{store_.head().value_or(ChainHead{}).seq}
{
}

asio::awaitable<Outcome<void>> Catalog::run_untyped(Mode mode, Work work)
{
    const bool writes = mode == Mode::write;
    auto& running = writes ? commands_ : questions_;
    if (running >= (writes ? commands_max : questions_max)) {
        co_return refuse(RefusalCode::overloaded, "too many requests wait: ask again in a second");
    }
    ++running;
    const Timestamp now{clock_.wall_ms()};
    std::exception_ptr defect;  // of the command: it belongs to whoever asked, not to the pool
    auto done = co_await run_blocking(writes ? writer_ : pool_, [&]() -> Done {
        try {
            return work(now);
        } catch (const std::exception&) {
            defect = std::current_exception();
            return {};
        }
    });
    --running;
    revision_ = std::max(revision_, done.revision);
    if (defect) std::rethrow_exception(defect);
    co_return std::move(done.outcome);
}

Catalog::Done Catalog::after(Outcome<void> outcome) const
{
    return {std::move(outcome), store_.head().value_or(ChainHead{}).seq};
}

Catalog::Done Catalog::write(const Caller& caller, Timestamp now, const Untyped& command)
{
    AuditedAct audited;  // known as soon as the command is asked for
    return after(store_.execute(audited, now, [&](Draft& draft) -> Outcome<void> {
        const auto act = act_of(draft, caller);
        if (!act) return refuse(act.error());
        audited = audited_as(caller, *act);
        return command(draft, *act);
    }));
}

Outcome<Answered> Catalog::write_named(const Caller& caller,
                                       Timestamp now,
                                       CallName name,
                                       const Command<StoredAnswer>& command)
{
    // A name is one of those of its principal, so that has to be known before.
    std::optional<Principal> principal;
    const auto known =
        look(*store_.read(), caller, now, [&](Draft&, const Act& act) -> Outcome<void> {
            principal = act.actor;
            return {};
        });
    if (!known.outcome) return refuse(known.outcome.error());
    const NamedCall call{.principal = principal.value_or(Principal{}),
                         .key = std::move(name.key),
                         .fingerprint = name.fingerprint};
    AuditedAct audited;
    return store_.execute(audited, now, call, [&](Draft& draft) -> Outcome<StoredAnswer> {
        const auto act = act_of(draft, caller);
        if (!act) return refuse(act.error());
        audited = audited_as(caller, *act);
        return command(draft, *act);
    });
}

Catalog::Done Catalog::look(const Reader& reader,
                            const Caller& caller,
                            Timestamp now,
                            const Untyped& question) const
{
    const auto head = chain_head(reader, head_key());
    if (!head) return {refuse(RefusalCode::unavailable, head.error().detail())};
    Draft draft{reader, head->seq + 1, now};
    const auto& admission = caller.admission;
    const bool holds = admission && admission->revision == head->seq &&
                       is_valid(admission->holder.credential, now);
    const auto act = holds ? act_of(admission->holder, caller) : act_of(draft, caller);
    auto outcome = act ? question(draft, *act) : Outcome<void>{refuse(act.error())};
    if (const auto& failure = draft.failure()) {
        outcome = refuse(RefusalCode::unavailable, failure->detail());
    }
    return {std::move(outcome), head->seq};
}

// Empty for a key that has to be looked up: whatever is wrong with it is found there.
std::shared_ptr<const Admission> Catalog::remembered(const Caller& caller) const
{
    const auto shown = read_api_key(caller.key.reveal());
    if (!shown) return nullptr;
    const auto found = admissions_.find(shown->id);
    if (found == admissions_.end() || found->second->revision != revision_) return nullptr;
    const auto& credential = found->second->holder.credential;
    const bool good = is_same(hash_of(*shown, pepper_), credential.secret) &&
                      is_valid(credential, {clock_.wall_ms()});
    return good ? found->second : nullptr;
}

asio::awaitable<Outcome<Act>> Catalog::admit(Caller& caller)
{
    caller.admission = remembered(caller);
    if (const auto& known = caller.admission) co_return act_of(known->holder, caller);
    auto admission = std::make_shared<Admission>();
    const auto done = co_await run_untyped(Mode::read, [&](Timestamp now) -> Done {
        const auto ask = [&](Draft& draft, const Act&) -> Outcome<void> {
            auto holder = authenticate(draft, caller.key.reveal(), pepper_);
            if (!holder) return refuse(holder.error());
            *admission = {draft.revision() - 1, *std::move(holder)};
            return {};
        };
        return look(*store_.read(), {.kind = Caller::Kind::system}, now, ask);
    });
    if (!done) co_return refuse(done.error());
    caller.admission = admission;
    if (admissions_.size() >= admissions_max) admissions_.clear();
    admissions_.insert_or_assign(admission->holder.credential.key_id, admission);
    co_return act_of(admission->holder, caller);
}

asio::awaitable<Outcome<Answered>> Catalog::execute_named(Caller caller,
                                                          CallName name,
                                                          Command<StoredAnswer> command)
{
    std::optional<Answered> answered;
    const auto done = co_await run_untyped(Mode::write, [&](Timestamp now) -> Done {
        auto outcome = write_named(caller, now, name, command);
        if (!outcome) return after(refuse(std::move(outcome.error())));
        answered = *std::move(outcome);
        return after({});
    });
    if (!done) co_return refuse(done.error());
    assert(answered);  // the same
    co_return *std::move(answered);
}

asio::awaitable<Outcome<std::size_t>> Catalog::prune(std::size_t count_max)
{
    std::size_t gone = 0;
    const auto done = co_await run_untyped(Mode::write, [&](Timestamp now) -> Done {
        const auto pruned = store_.prune(now, count_max);
        if (!pruned) return after(refuse(RefusalCode::unavailable, pruned.error().detail()));
        gone = *pruned;
        return after({});
    });
    if (!done) co_return refuse(done.error());
    co_return gone;
}

asio::awaitable<Outcome<void>> Catalog::count(std::vector<UsageReport> reports)
{
    co_return co_await run_untyped(Mode::write, [&](Timestamp now) -> Done {
        const auto counted = store_.count(reports, now);
        if (counted) return after({});
        return after(refuse(RefusalCode::unavailable, counted.error().detail()));
    });
}

Outcome<Act> Catalog::act_of(Draft& draft, const Caller& caller) const
{
    Act act{.actor = Principal{Principal::Kind::anyone}, .entropy = entropy_, .pepper = pepper_};
    switch (caller.kind) {
        case Caller::Kind::anyone: break;
        case Caller::Kind::system: act.actor = Principal{Principal::Kind::system}; break;
        case Caller::Kind::host: act.actor = Principal{Principal::Kind::host}; break;
        case Caller::Kind::holder: {
            const auto holder = authenticate(draft, caller.key.reveal(), pepper_);
            if (!holder) return refuse(holder.error());
            return act_of(*holder, caller);
        }
    }
    return act;
}

Outcome<Act> Catalog::act_of(const Holder& holder, const Caller& caller) const
{
    for (const auto* const rules :
         {&holder.organisation_ips, &holder.principal_ips, &holder.credential.allow_ips}) {
        if (lets_in(*rules, caller.address)) continue;
        return refuse(RefusalCode::right_missing,
                      "not from " + caller.address + ": an allow_ips names other networks");
    }
    return catalog::act_of(holder, entropy_, pepper_);
}

}  // namespace strait::catalog
