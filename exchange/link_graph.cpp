#include "exchange/link_graph.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace strait::exchange {

namespace {

using links::Selected;

struct Node {
    ClusterName cluster;
    TopicName topic;

    auto operator<=>(const Node&) const = default;
};

struct Step {
    Node from;
    std::size_t link;
    bool by_pattern;
};

// A name that the glob matches; the pattern itself for a literal.
TopicName witness(const links::TopicPattern& pattern)
{
    auto name = pattern.text();
    for (auto& c : name) {
        if (c == '*' || c == '?') c = 'a';
    }
    return TopicName{name};
}

// Walks depth first from each topic that a link names.
class LoopSearch {
  public:
    explicit LoopSearch(const std::vector<GraphLink>& links) : links_{links} {}

    std::vector<Loop> run()
    {
        for (const auto& link : links_) {
            for (const auto& pattern : link.config->topics.selection.include()) {
                walk({link.source, witness(pattern)});
            }
        }
        return std::move(found_);
    }

  private:
    static constexpr std::size_t steps_max = 100;  // a longer chain is no plan anybody has

    void walk(const Node& node)
    {
        if (!done_.insert(node).second) return;
        for (std::size_t i = 0; i < links_.size(); ++i) {
            const auto step = step_over(i, node);
            if (!step) continue;
            const auto to = renamed(links_[i].config->topics.rename, node.topic);
            if (!to || links::why_illegal(*to)) continue;
            const Node next{links_[i].target, *to};
            if (next == node) continue;  // same_cluster
            const bool closes = is_on_path(next) || is_repeated(*step) || path_.size() == steps_max;
            path_.push_back(*step);
            if (closes) report(next);
            if (!closes) walk(next);
            path_.pop_back();
        }
    }

    // Nothing if the link does not mirror the topic, or would not if it were a mirror.
    std::optional<Step> step_over(std::size_t i, const Node& node) const
    {
        const auto& [config, source, target] = links_[i];
        if (source != node.cluster) return std::nullopt;
        const auto selected = config->topics.selection.decide(node.topic, false);
        const bool by_pattern = selected == Selected::by_pattern;
        const bool counts = selected == Selected::by_literal ||
                            (by_pattern && config->topics.loop_check == links::LoopCheck::off);
        return counts ? std::optional{Step{node, i, by_pattern}} : std::nullopt;
    }

    bool is_on_path(const Node& node) const
    {
        return std::ranges::find(path_, node, &Step::from) != path_.end();
    }

    // A pattern that takes its own mirrors again renames them for ever.
    bool is_repeated(const Step& step) const
    {
        return step.by_pattern && std::ranges::any_of(path_, [&](const Step& earlier) {
                   return earlier.link == step.link && earlier.by_pattern;
               });
    }

    void report(const Node& end)
    {
        const auto link = path_.back().link;
        if (std::ranges::find(found_, link, &Loop::link) != found_.end()) return;
        constexpr std::size_t shown_max = 4;
        const auto shown = std::min(path_.size(), shown_max);
        std::string path;
        for (auto step = path_.end() - static_cast<std::ptrdiff_t>(shown); step != path_.end();
             ++step) {
            path += step->from.topic.value() + " of " + step->from.cluster.value() + " -> ";
        }
        found_.push_back({link, path + end.topic.value() + " of " + end.cluster.value()});
    }

    const std::vector<GraphLink>& links_;
    std::vector<Step> path_;
    std::set<Node> done_;
    std::vector<Loop> found_;
};

}  // namespace

std::vector<Loop> find_loops(const std::vector<GraphLink>& links)
{
    return LoopSearch{links}.run();
}

}  // namespace strait::exchange
