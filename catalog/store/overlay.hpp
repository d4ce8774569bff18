#pragma once

#include "catalog/store/reader.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace strait::catalog {

// A reader with changes that are not written yet. `base` outlives it.
class Overlay final : public Reader {
  public:
    // By family and key; empty: removed.
    using Changes = std::map<std::pair<Family, std::string>, std::optional<std::string>>;

    explicit Overlay(const Reader& base) : base_{base} {}
    ~Overlay() override = default;

    // One is never meant where another is laid over it.
    Overlay(const Overlay&) = delete;
    Overlay& operator=(const Overlay&) = delete;

    [[nodiscard]] Result<std::optional<std::string>> get(Family family,
                                                         std::string_view key) const override;
    Result<void> scan(Family family,
                      std::string_view prefix,
                      std::string_view from,
                      const Visit& visit) const override;

    void put(Family family, std::string key, std::string value);
    void remove(Family family, std::string key);

    [[nodiscard]] const Changes& changes() const noexcept { return changes_; }

  private:
    const Reader& base_;
    Changes changes_;
};

}  // namespace strait::catalog
