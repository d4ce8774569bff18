#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/commands/expiry.hpp"
#include "catalog/store/catalog_check.hpp"
#include "catalog/store/overlay.hpp"
#include "tests/catalog/some_records.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::catalog {

// Never the same twice, and always the same in the next run.
inline Entropy counting_entropy()
{
    return [count = std::make_shared<std::uint8_t>(0)](std::span<std::uint8_t> bytes) {
        ++*count;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<std::uint8_t>(*count * 37 + i * 101);
        }
    };
}

struct EmptyReader final : Reader {
    [[nodiscard]] Result<std::optional<std::string>> get(Family, std::string_view) const override
    {
        return std::nullopt;
    }
    Result<void> scan(Family, std::string_view, std::string_view, const Visit&) const override
    {
        return {};
    }
};

// A catalog without a database: what each command changed is there for the next one. At its end its
// indexes have to be those of its records.
class MemoryCatalog {
  public:
    MemoryCatalog() = default;
    MemoryCatalog(const MemoryCatalog&) = delete;
    MemoryCatalog& operator=(const MemoryCatalog&) = delete;

    ~MemoryCatalog()
    {
        const auto fault = find_index_fault(state_);
        EXPECT_TRUE(fault) << fault.error().detail();
        if (fault) EXPECT_EQ(fault->value_or(""), "");
    }

    template <class Command>
    auto execute(Command command)
    {
        Draft draft{state_, revision_ + 1, now};
        auto outcome = command(draft);
        if (outcome && !draft.touched().empty()) {
            ++revision_;
            verb = draft.verb();
            object = draft.object();
            for (const auto& [place, value] : draft.changes()) {
                if (value) {
                    state_.put(place.first, place.second, *value);
                } else {
                    state_.remove(place.first, place.second);
                }
            }
        }
        return outcome;
    }

    template <AnyRecord T>
    std::optional<T> find(Id<T::noun> id) const
    {
        return Draft{state_, 0, {}}.find<T>(id);
    }

    // Damage, and its repair.
    void put_entry(Family family, const std::string& key, const std::string& value)
    {
        state_.put(family, key, value);
    }
    void remove_entry(Family family, const std::string& key) { state_.remove(family, key); }

    [[nodiscard]] std::uint64_t revision() const noexcept { return revision_; }
    [[nodiscard]] const Reader& reader() const noexcept { return state_; }

    Timestamp now = some_time;
    std::string verb;  // of the last command that changed something
    std::string object;

  private:
    EmptyReader empty_;
    Overlay state_{empty_};
    std::uint64_t revision_ = 0;
};

// Goes over all that ends by itself, as the exchange does; how many were ended.
inline std::size_t end_what_is_over(MemoryCatalog& catalog, const Act& system)
{
    std::size_t ended = 0;
    std::optional<Ending> each;
    while (true) {
        Draft draft{catalog.reader(), 0, catalog.now};
        each = next_ending(draft, each);
        if (!each || each->at > catalog.now) return ended;
        const auto done =
            catalog.execute([&](Draft& command) { return end_record(command, system, *each); });
        if (done) ++ended;
    }
}

}  // namespace strait::catalog
