#pragma once

#include "core/error.hpp"
#include "core/metrics.hpp"
#include "core/task_group.hpp"
#include "kafka/cluster_config.hpp"
#include "kafka/request_limiter.hpp"
#include "links/config/link_changes.hpp"
#include "links/link.hpp"
#include "links/link_directory.hpp"
#include "links/link_registry.hpp"
#include "links/operations.hpp"
#include "links/source_fences.hpp"
#include "links/store/local_view.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {

struct EngineConfig {
    LinkSet wanted;
    std::filesystem::path view_folder;
    std::filesystem::path operations_folder;
    std::chrono::milliseconds drain_time{10'000};  // of a link that a verb stops
    std::set<LinkName> take_over;                  // links that another installation owned
};

// All links of this node, and their common view.
//
// Not thread-safe: control thread. What it is given outlives it.
class LinkEngine final : public LinkDirectory {
  public:
    LinkEngine(EngineConfig config, const NodePorts& node);

    // Opens the view; Errc::conflict if another process has it. With links: those, instead of the
    // ones in the configuration.
    Result<void> open();
    Result<void> open(LinkSet wanted);

    // REQUIRES: open() has succeeded. Runs the links until cancellation, or until drain() has let
    // them commit what they read. A damaged view is set aside, and read again from the targets; one
    // whose disk was full is opened again when there is room. Both more and more slowly if that
    // goes on. Errc::conflict if another process took the view meanwhile.
    boost::asio::awaitable<Result<void>> run();

    void drain();

    // Errc::conflict while apply() would be refused whatever it was asked for.
    [[nodiscard]] Result<void> takes_changes() const;

    // What apply() would change. Errc::invalid_argument, `immutable_changed`, if a link that has
    // mirrored would get another source, target, delivery or rename.
    [[nodiscard]] Result<std::vector<LinkChange>> changes_to(const LinkSet& wanted);

    // Makes the links what `wanted` says, and returns what that changed: only those links notice.
    // Whatever ends commits what it has read first, or is cut off after `time_max` with nothing
    // lost. One at a time, and none while the engine drains: Errc::conflict.
    boost::asio::awaitable<Result<std::vector<LinkChange>>> apply(
        LinkSet wanted, std::chrono::milliseconds time_max);

    // Where `reverse` makes the links that mirror back; before run(). It outlives this.
    void make_links_through(LinkRegistry& registry) { registry_ = &registry; }

    // Succeeds once every link has connected, or has a reason why it waits for an operator: with a
    // line for each that does not copy, none if all do.
    [[nodiscard]] Result<std::string> ready() const;

    boost::asio::awaitable<std::vector<LinkStatus>> list() override;
    boost::asio::awaitable<Result<LinkStatus>> status(LinkName link) override;
    boost::asio::awaitable<Result<std::vector<Gap>>> gaps(LinkName link) override;
    boost::asio::awaitable<Result<std::vector<MirroredRange>>> mirrored(
        LinkName link, MirroredUpTo known) override;
    boost::asio::awaitable<Result<std::vector<TranslatedPosition>>> translate(
        LinkName link, Direction direction, std::vector<Position> positions) override;

    boost::asio::awaitable<Result<VerbPlan>> plan(LinkName link, VerbRequest request) override;
    boost::asio::awaitable<Result<Operation>> begin(LinkName link, VerbRequest request) override;
    [[nodiscard]] std::vector<Operation> operations() const override { return operations_.all(); }
    [[nodiscard]] Result<Operation> operation(OperationId id) const override;

  private:
    // A link of the configuration, and the task that runs it.
    struct Member {
        Member(LinkSetup setup, const NodePorts& node)
            : link{std::move(setup), node}, task{node.control}
        {
        }

        Link link;
        TaskGroup task;
        bool ended = false;
    };

    Result<void> open_view();
    Result<void> make_links();
    Result<void> make_link(const LinkConfig& config);
    void add_limiters();
    boost::asio::awaitable<bool> run_links();
    boost::asio::awaitable<void> watch_view(bool& has_room);
    boost::asio::awaitable<bool> pause(Clock::Time until);
    void begin(Member& member);
    void end_links();
    boost::asio::awaitable<void> end_link(LinkName name, Clock::Time deadline);
    boost::asio::awaitable<void> run_link(Member& member);
    boost::asio::awaitable<void> run_alone(Member& member);
    void end_if_drained();
    [[nodiscard]] Result<bool> has_mirrored(const LinkName& link);
    boost::asio::awaitable<Result<void>> make_true(std::vector<LinkChange> changes,
                                                   std::chrono::milliseconds time_max);
    boost::asio::awaitable<void> make_one_true(LinkChange change,
                                               Clock::Time deadline,
                                               Result<void>& made);
    Result<Link*> find(const LinkName& link);

    // link_engine_verbs.cpp
    void go_on_with_operations();
    boost::asio::awaitable<void> run_operation(Operation operation);
    class VerbShown;
    using Outcome = Result<Operations::Done>;
    boost::asio::awaitable<Outcome> outcome_of(Operation operation);
    boost::asio::awaitable<Outcome> superseded(Operation operation, Error why);
    boost::asio::awaitable<Outcome> carry_out(Operation operation);
    boost::asio::awaitable<Outcome> pause_or_resume(Link& link, Operation operation);
    boost::asio::awaitable<Outcome> pause_or_resume_topics(Link& link,
                                                           Operation operation,
                                                           Desired desired);
    boost::asio::awaitable<Outcome> promote(Operation operation);
    [[nodiscard]] static bool has_cut(const Link& link, const VerbRequest& request);
    [[nodiscard]] Clock::Time deadline_of(const Operation& operation) const;
    boost::asio::awaitable<Result<void>> drain(const Operation& operation);
    boost::asio::awaitable<Outcome> fail_over(Operation operation);
    boost::asio::awaitable<Outcome> cut(Operation operation,
                                        Desired desired,
                                        std::chrono::milliseconds time_max);
    [[nodiscard]] Operations::Done done_by_cut(const Operation& operation);
    boost::asio::awaitable<Outcome> verify(Operation operation);

    // link_engine_gaps.cpp
    boost::asio::awaitable<Outcome> skip(Operation operation);
    boost::asio::awaitable<Outcome> acknowledge(Operation operation);

    // link_engine_fence.cpp
    [[nodiscard]] std::optional<SourceFences::Access> access_to(const ClusterName& cluster) const;
    [[nodiscard]] ClusterName source_of(const LinkName& link) const;
    boost::asio::awaitable<Result<bool>> fence_source(const Operation& operation);
    boost::asio::awaitable<Result<void>> drain_fenced(const Operation& operation);
    boost::asio::awaitable<Outcome> without_fence(Operation operation, Error why);
    [[nodiscard]] std::string text_of_fence(OperationId id) const;

    // link_engine_reverse.cpp
    boost::asio::awaitable<ReversalFacts> facts_of_reversal(LinkName link, VerbRequest request);
    boost::asio::awaitable<Result<Reversal>> survey_reversal(LinkName link, Divergence divergence);
    boost::asio::awaitable<Result<bool>> finds_salvage(LinkName link, TopicName topic);
    boost::asio::awaitable<Result<void>> salvage(const Operation& operation,
                                                 const Reversal& reversal);
    boost::asio::awaitable<Outcome> reverse(Operation operation);
    [[nodiscard]] Result<bool> is_mirrored_back(const LinkName& link, const LinkName& back);
    boost::asio::awaitable<Result<LinkName>> make_reverse(const Operation& operation,
                                                          const Reversal& reversal);
    [[nodiscard]] std::optional<LinkView> view_of_reverse(const LinkName& link);

    // link_engine_rebuild.cpp
    boost::asio::awaitable<Result<void>> may_rebuild(LinkName link,
                                                     LinkName back,
                                                     const Reversal& reversal);
    [[nodiscard]] Result<void> require_unread(const LinkName& link,
                                              const std::set<TopicName>& topics);
    void leave_out_unkept(const LinkName& back, Reversal& reversal);
    boost::asio::awaitable<Result<void>> wait_for_claim(LinkName back);
    boost::asio::awaitable<Result<Reversal>> rebuild(const Operation& operation,
                                                     LinkName back,
                                                     Reversal reversal);
    boost::asio::awaitable<Result<Reversal>> delete_and_make(const Operation& operation,
                                                             LinkName back,
                                                             Reversal reversal);
    boost::asio::awaitable<Result<void>> note_deleted(OperationId id, TopicName topic);
    [[nodiscard]] std::string text_of_rebuilt(OperationId id) const;

    EngineConfig config_;
    const NodePorts& node_;
    spdlog::logger log_;
    std::map<ClusterName, std::unique_ptr<kafka::RequestLimiter>> limiters_;
    std::optional<LocalView> view_;
    std::optional<Error> unopened_;  // why there is no view, and so no link
    Operations operations_;
    SourceFences fences_;
    std::map<LinkName, std::unique_ptr<Member>> links_;
    LinkRegistry* registry_ = nullptr;
    TaskGroup* tasks_ = nullptr;    // while links run
    std::optional<Error> damaged_;  // the view
    bool applying_ = false;
    std::set<LinkName> changing_;        // end, and may begin again at once
    std::set<OperationId> carried_out_;  // just now
    bool draining_ = false;
    Metrics::Sampling sampling_;
};

}  // namespace strait::links
