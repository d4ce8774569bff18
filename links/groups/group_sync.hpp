#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "links/config/link_groups.hpp"
#include "links/groups/group_plan.hpp"
#include "links/groups/group_status.hpp"
#include "links/store/link_view.hpp"
#include "links/store/translation.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace strait::links {

// What the sync of a link's groups needs; all of it outlives it.
struct GroupPorts {
    using Translated = Result<std::vector<TranslatedPosition>>;

    boost::asio::any_io_executor executor;
    kafka::Admin& source;
    kafka::Admin& target;
    LinkView view;
    std::function<boost::asio::awaitable<Translated>(std::vector<Position>)> translate;
    Clock& clock;
    std::shared_ptr<spdlog::logger> log;
};

// Keeps the positions of consumer groups at the target (links.md 7): reads what they committed at
// the source, translates it, and commits it there for groups that have no members. At most
// groups_max groups, the first by their names.
//
// Not thread-safe: the thread of the admin clients, one pass at a time.
class GroupSync {
  public:
    static constexpr std::size_t groups_max = 10'000;

    explicit GroupSync(GroupPorts ports);

    // Remembers what it did in earlier lives. Errc::corrupt for a damaged view.
    Result<void> open();

    using Mirrored = std::map<TopicName, TopicName>;  // the target of each topic of the source

    // Topics, by their names at the source, that are no mirrors any more, or rest: what is known of
    // groups there is kept as it is, for a reversal or for when they go on, and nothing is written.
    void leave(std::set<TopicName> topics) { left_ = std::move(topics); }

    // All selected groups once, where they stand in these topics. A group's failure is in its
    // status; an error is that of all: a cluster did not list its groups.
    boost::asio::awaitable<Result<void>> sync(GroupsConfig config, Mirrored mirrored);

    // The same without a word to the source: from the positions that were read there last.
    boost::asio::awaitable<Result<void>> sync_known(GroupsConfig config);

    // Takes over from a link that mirrored these topics the other way, and is cut off: where its
    // groups stand at the target now belongs to the past, and is overwritten like what we wrote.
    // `before`: as that link knew them, by partitions of what is the target now. Those that it held
    // are none of ours either. `rebuilt`: topics of the target that were deleted since, and made
    // again. Nothing is written to a cluster.
    boost::asio::awaitable<Result<void>> take_over(std::map<GroupName, GroupMarks> before,
                                                   const Mirrored& mirrored,
                                                   std::set<TopicName> rebuilt);

    // By their names; of groups that were looked at since open().
    [[nodiscard]] std::vector<GroupStatus> status() const;

    // The groups that have positions at the target because of this link.
    [[nodiscard]] std::set<std::string> kept() const;

    // Records between where groups stood at the source when it was read last and what the target
    // has of them; of those that are in place there.
    [[nodiscard]] std::int64_t rereads() const;

    // True once a whole pass has told which groups there are.
    [[nodiscard]] bool listed() const noexcept { return listed_; }

    // True if the newest sync() left out none that is selected.
    [[nodiscard]] bool complete() const noexcept { return complete_; }

    [[nodiscard]] const GroupCommits& commits() const noexcept { return commits_; }

  private:
    struct Known {
        GroupMarks marks;
        GroupStatus status;
        Clock::Time looked;    // at the target
        bool seen = false;     // since open(): before that nobody knows its state
        bool lost = false;     // the source has nothing of what it had there
        bool missing = false;  // that, or the whole group, when the source was asked last
    };

    // One group on its way through a pass.
    struct Work {
        GroupName group;
        Result<kafka::GroupOffsets> source;
        std::map<TopicPartition, TranslatedPosition> translated{};
    };

    boost::asio::awaitable<void> take_over_one(const GroupName& group,
                                               const GroupMarks& before,
                                               const std::map<TopicName, TopicName>& source_of,
                                               const std::set<TopicName>& rebuilt,
                                               Result<void>& failed);
    [[nodiscard]] bool is_left(const Known& known) const;
    void retire(const GroupName& group);
    boost::asio::awaitable<void> read(Work& work, const Mirrored& mirrored);
    boost::asio::awaitable<Result<void>> settle_all(std::vector<Work>& works,
                                                    const kafka::GroupListing& at_target,
                                                    const GroupsConfig& config);
    boost::asio::awaitable<Result<void>> translate(std::vector<Work>& works) const;
    boost::asio::awaitable<void> settle(Work& work,
                                        const kafka::GroupListing& at_target,
                                        const GroupsConfig& config);
    boost::asio::awaitable<Result<GroupSyncState>> write(Known& known,
                                                         GroupName group,
                                                         GroupAims aims,
                                                         OnDiverged policy);
    boost::asio::awaitable<void> note_missing(const kafka::GroupListing& at_source,
                                              GroupsConfig config,
                                              const Mirrored& mirrored);
    boost::asio::awaitable<Result<void>> take_back(GroupName group,
                                                   GroupMarks marks,
                                                   const Mirrored& mirrored);
    void show(Known& known, Result<GroupSyncState> outcome);
    void forget(const GroupName& group);
    void remember(const GroupName& group, const GroupMarks& marks);

    GroupPorts ports_;
    std::map<GroupName, Known> groups_;
    GroupCommits commits_;
    bool listed_ = false;
    std::set<TopicName> left_;
    bool complete_ = false;
    bool too_many_ = false;  // and that is said
};

}  // namespace strait::links
