#pragma once

#include "core/ids.hpp"
#include "links/config/topic_pattern.hpp"

#include <set>
#include <vector>

namespace strait::links {

// Why a topic of the source is mirrored, or is not.
enum class Selected {
    by_literal,  // mirrored, even if it is a mirror itself
    by_pattern,  // mirrored
    never,       // internal to Kafka or to us
    excluded,    // by the link, or as other tools' topics are unless a literal names them
    unmatched,
};

// True for names that no link ever mirrors, whatever it says.
bool is_never_mirrored(const TopicName& topic);

// Which topics a link mirrors (links.md 2). A literal beats a pattern, and at equal rank exclude
// wins. Immutable.
class TopicSelection {
  public:
    TopicSelection() = default;
    TopicSelection(std::vector<TopicPattern> include, std::vector<TopicPattern> exclude);

    // `internal`: as the broker says.
    [[nodiscard]] Selected decide(const TopicName& topic, bool internal) const;

    [[nodiscard]] const std::vector<TopicPattern>& include() const noexcept { return include_; }
    [[nodiscard]] const std::vector<TopicPattern>& exclude() const noexcept { return exclude_; }

    bool operator==(const TopicSelection&) const = default;

  private:
    std::vector<TopicPattern> include_;
    std::vector<TopicPattern> exclude_;
    std::set<TopicName> included_literals_;
    std::set<TopicName> excluded_literals_;
};

[[nodiscard]] constexpr bool is_mirrored(Selected selected) noexcept
{
    return selected == Selected::by_literal || selected == Selected::by_pattern;
}

}  // namespace strait::links
