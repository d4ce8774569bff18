#pragma once

#include "catalog/caller.hpp"
#include "catalog/commands/act.hpp"
#include "catalog/commands/authentication.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/answers.hpp"
#include "catalog/store/catalog_store.hpp"
#include "catalog/store/draft.hpp"
#include "core/clock.hpp"
#include "core/secret.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strait::catalog {

// Whose key was shown, as the catalog had it at a revision: as long as no command follows, nobody
// has to read that again.
struct Admission {
    std::uint64_t revision = 0;
    Holder holder;
};

// The catalog as those who ask it see it: commands one after the other, each with the rights that
// its caller has at that moment, and questions beside them.
//
// Everything that reads or writes the disk runs on the pool; nothing is refused for a caller that
// has gone, because a command may have been carried out. Not thread-safe: one executor. `clock` and
// the pool outlive it; it outlives what it was asked.
class Catalog {
  public:
    // What a caller asks for, as what it may do. It runs on another thread: it captures values.
    template <class T>
    using Command = std::function<Outcome<T>(Draft& draft, const Act& act)>;

    // What one more than these is refused for: RefusalCode::overloaded.
    static constexpr std::size_t commands_max = 1'000;
    static constexpr std::size_t questions_max = 1'000;

    // Keys that are remembered as long as nothing changes; of more than these all are forgotten.
    static constexpr std::size_t admissions_max = 10'000;

    // What a caller calls a call by, and the fingerprint of what it asks for.
    struct CallName {
        std::string key;
        Sha256 fingerprint{};
    };

    // `pepper`: the catalog's key, of the hashes of keys and of what is sealed; it is not in the
    // store.
    Catalog(CatalogStore store, Secret pepper, boost::asio::any_io_executor pool, Clock& clock);

    Catalog(const Catalog&) = delete;
    Catalog& operator=(const Catalog&) = delete;
    ~Catalog() = default;

    // As what it acts now. What was found of its key goes with the caller from then on, so that its
    // questions need not read it once more; a command always does.
    boost::asio::awaitable<Outcome<Act>> admit(Caller& caller);

    // Carries the command out. What it changed is on the disk when this returns a value.
    template <class T>
    boost::asio::awaitable<Outcome<T>> execute(Caller caller, Command<T> command)
    {
        return run(Mode::write, std::move(caller), std::move(command));
    }

    // The same, once for each name that a principal gives its calls (store/answers.hpp).
    boost::asio::awaitable<Outcome<Answered>> execute_named(Caller caller,
                                                            CallName name,
                                                            Command<StoredAnswer> command);

    // Answers a question; of a command it says what it would do. Nothing changes.
    template <class T>
    boost::asio::awaitable<Outcome<T>> ask(Caller caller, Command<T> question)
    {
        return run(Mode::read, std::move(caller), std::move(question));
    }

    // The same, for a question of a few records: answered here and now if they are in memory,
    // otherwise asked once more on the pool.
    template <class T>
    boost::asio::awaitable<Outcome<T>> glance(Caller caller, Command<T> question)
    {
        const auto at_hand = store_.read_at_hand();
        std::optional<T> value;
        auto done = look(*at_hand, caller, {clock_.wall_ms()}, into(value, question));
        if (at_hand->missed()) co_return co_await ask(std::move(caller), std::move(question));
        if (!done.outcome) co_return refuse(std::move(done.outcome.error()));
        assert(value);  // the question has succeeded
        co_return *std::move(value);
    }

    // Removes changes and answers whose time is over, up to `count_max` of each; how many went.
    boost::asio::awaitable<Outcome<std::size_t>> prune(std::size_t count_max);

    // Counts what subscriptions were given (store/usage_ledger.hpp).
    boost::asio::awaitable<Outcome<void>> count(std::vector<UsageReport> reports);

    // The catalog as it is now; by any thread.
    [[nodiscard]] std::shared_ptr<const Reader> read() const { return store_.read(); }

    // Of the last command that was carried out here, or before.
    [[nodiscard]] std::uint64_t revision() const noexcept { return revision_; }

    // Waiting or running now.
    [[nodiscard]] std::size_t commands() const noexcept { return commands_; }
    [[nodiscard]] std::size_t questions() const noexcept { return questions_; }

  private:
    enum class Mode : std::uint8_t { read, write };
    using Untyped = Command<void>;

    // What was done on the pool, and of which revision the catalog was then.
    struct Done {
        Outcome<void> outcome;
        std::uint64_t revision = 0;
    };
    using Work = std::function<Done(Timestamp now)>;

    // The command, with its value put there. Both outlive what is returned.
    template <class T>
    static Untyped into(std::optional<T>& value, const Command<T>& command)
    {
        return [&](Draft& draft, const Act& act) -> Outcome<void> {
            auto outcome = command(draft, act);
            if (!outcome) return refuse(std::move(outcome.error()));
            value.emplace(*std::move(outcome));
            return {};
        };
    }

    template <class T>
    boost::asio::awaitable<Outcome<T>> run(Mode mode, Caller caller, Command<T> command)
    {
        std::optional<T> value;
        const auto untyped = into(value, command);
        const auto done = co_await run_untyped(mode, [&](Timestamp now) -> Done {
            return mode == Mode::write ? write(caller, now, untyped)
                                       : look(*store_.read(), caller, now, untyped);
        });
        if (!done) co_return refuse(done.error());
        assert(value);  // the command has succeeded
        co_return *std::move(value);
    }

    boost::asio::awaitable<Outcome<void>> run_untyped(Mode mode, Work work);
    Done write(const Caller& caller, Timestamp now, const Untyped& command);
    Outcome<Answered> write_named(const Caller& caller,
                                  Timestamp now,
                                  CallName name,
                                  const Command<StoredAnswer>& command);
    [[nodiscard]] Done look(const Reader& reader,
                            const Caller& caller,
                            Timestamp now,
                            const Untyped& question) const;
    [[nodiscard]] Done after(Outcome<void> outcome) const;
    [[nodiscard]] Outcome<Act> act_of(Draft& draft, const Caller& caller) const;
    [[nodiscard]] Outcome<Act> act_of(const Holder& holder, const Caller& caller) const;
    [[nodiscard]] std::shared_ptr<const Admission> remembered(const Caller& caller) const;

    CatalogStore store_;
    Secret pepper_;
    Entropy entropy_;
    boost::asio::any_io_executor pool_;
    boost::asio::any_io_executor writer_;  // of the pool: one command at a time
    Clock& clock_;
    std::uint64_t revision_;
    std::map<std::string, std::shared_ptr<const Admission>, std::less<>> admissions_;  // by key id
    std::size_t commands_ = 0;
    std::size_t questions_ = 0;
};

}  // namespace strait::catalog
