#include "links/config/link_graph.hpp"

#include "links/config/reverse_link.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace strait::links {

namespace {

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
TopicName witness(const TopicPattern& pattern)
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
    explicit LoopSearch(const std::vector<GraphLink>& links) : links_{links}
    {
        for (std::size_t i = 0; i < links_.size(); ++i) {
            const auto& [config, source, target] = links_[i];
            for (const auto& pattern : config->topics.selection.include()) {
                if (pattern.is_literal()) named_[{source, TopicName{pattern.text()}}].push_back(i);
            }
            if (config->topics.loop_check == LoopCheck::off) unchecked_[source].push_back(i);
        }
    }

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
    static constexpr std::size_t decisions_max =
        20'000;  // by patterns; beyond, the check is partial

    void walk(const Node& node)
    {
        if (!done_.insert(node).second) return;
        for (const auto& step : steps_from(node)) {
            const auto& link = links_[step.link];
            if (is_reverse_of_path(*link.config)) continue;
            const auto to = renamed(link.config->topics.rename, node.topic);
            if (!to || why_illegal(*to)) continue;
            const Node next{link.target, *to};
            if (next == node) continue;  // same_cluster
            const bool closes = is_on_path(next) || is_repeated(step) || path_.size() == steps_max;
            path_.push_back(step);
            if (closes) report(next);
            if (!closes) walk(next);
            path_.pop_back();
        }
    }

    // Over the links that mirror the topic even if it is a mirror itself.
    std::vector<Step> steps_from(const Node& node)
    {
        std::vector<Step> steps;
        if (const auto named = named_.find(node); named != named_.end()) {
            for (const auto i : named->second) {
                if (decide(i, node.topic) == Selected::by_literal)
                    steps.push_back({node, i, false});
            }
        }
        const auto unchecked = unchecked_.find(node.cluster);
        if (unchecked == unchecked_.end()) return steps;
        for (const auto i : unchecked->second) {
            if (decisions_ == decisions_max) break;
            ++decisions_;
            if (decide(i, node.topic) == Selected::by_pattern) steps.push_back({node, i, true});
        }
        return steps;
    }

    Selected decide(std::size_t link, const TopicName& topic) const
    {
        return links_[link].config->topics.selection.decide(topic, false);
    }

    bool is_on_path(const Node& node) const
    {
        return std::ranges::find(path_, node, &Step::from) != path_.end();
    }

    bool is_reverse_of_path(const LinkConfig& link) const
    {
        return std::ranges::any_of(
            path_, [&](const Step& step) { return are_reverse(*links_[step.link].config, link); });
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
    std::map<Node, std::vector<std::size_t>> named_;             // links, by their literals
    std::map<ClusterName, std::vector<std::size_t>> unchecked_;  // links, by their sources
    std::size_t decisions_ = 0;
    std::vector<Step> path_;
    std::set<Node> done_;
    std::vector<Loop> found_;
};

}  // namespace

std::vector<Loop> find_loops(const std::vector<GraphLink>& links)
{
    return LoopSearch{links}.run();
}

}  // namespace strait::links
