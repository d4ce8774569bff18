#include "links/config/link_checks.hpp"

#include "links/config/link_graph.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace strait::links {

namespace {

bool is_same(const kafka::ClusterConfig& one, const kafka::ClusterConfig& other)
{
    if (one.name == other.name) return true;
    const auto& id = one.cluster_id.value();
    const auto& other_id = other.cluster_id.value();
    if (!id.empty() && !other_id.empty()) return id == other_id;
    return std::ranges::find_first_of(one.bootstrap, other.bootstrap) != one.bootstrap.end();
}

// Of the names that mean one cluster, the first. Links to unknown clusters keep their own.
std::map<ClusterName, ClusterName> identities_of(const Clusters& clusters)
{
    std::map<ClusterName, ClusterName> identities;
    for (const auto& [name, cluster] : clusters) {
        const auto first = std::ranges::find_if(
            clusters, [&](const auto& entry) { return is_same(entry.second, cluster); });
        identities.emplace(name, first->first);
    }
    return identities;
}

class LinkChecks {
  public:
    LinkChecks(const Clusters& clusters,
               const std::vector<LinkConfig>& links,
               const std::vector<LinkSpots>& spots,
               Problems& problems)
        : clusters_{clusters},
          links_{links},
          spots_{spots},
          problems_{problems},
          identities_{identities_of(clusters)}
    {
    }

    void run()
    {
        for (std::size_t i = 0; i < links_.size(); ++i) {
            check_cluster(links_[i].source, spots_[i].source);
            check_cluster(links_[i].target, spots_[i].target);
            check_name(links_[i], spots_[i]);
            check_timeouts(links_[i], spots_[i]);
            check_same_cluster(links_[i], spots_[i]);
            check_collisions(links_[i], spots_[i]);
            check_reverse(links_[i], spots_[i]);
        }
        check_loops();
    }

  private:
    const ClusterName& identity(const ClusterName& name) const
    {
        const auto found = identities_.find(name);
        return found == identities_.end() ? name : found->second;
    }

    void check_cluster(const ClusterName& name, const Spot& spot)
    {
        if (name.value().empty() || clusters_.contains(name)) return;  // empty: reported already
        std::string known;
        for (const auto& [other, cluster] : clusters_) {
            known.append(known.empty() ? "" : ", ").append(other.value());
        }
        problems_.add(spot,
                      "unknown_cluster",
                      in_quotes(name.value()) + " is not one of clusters" +
                          (known.empty() ? "" : ": " + known));
    }

    // A target knows its links by name, and so do we: the view, the doors and the metrics.
    void check_name(const LinkConfig& link, const LinkSpots& spots)
    {
        if (link.name.value().empty()) return;
        const auto [earlier, is_new] = owners_.emplace(link.name, link.managed_by);
        if (is_new) return;
        problems_.add(spots.name,
                      "name_taken",
                      "another link is called " + in_quotes(link.name.value()) +
                          remedy_for(link, earlier->second));
    }

    static std::string remedy_for(const LinkConfig& link, ManagedBy owner)
    {
        using enum ManagedBy;
        if (owner == config && link.managed_by == config) return ": a name is unique in the file";
        return ", managed by " + std::string{to_string(owner)} +
               (owner == config ? ": take it out of the file and apply that"
                                : ": delete that one with `strait link delete`") +
               ", or give this one another name";
    }

    void check_timeouts(const LinkConfig& link, const LinkSpots& spots)
    {
        const auto target = clusters_.find(link.target);
        if (target == clusters_.end()) return;
        const auto socket = target->second.socket_timeout;
        if (socket < link.timeouts.delivery) return;
        problems_.add(spots.timeouts,
                      "timeouts_disorder",
                      "delivery " + written(link.timeouts.delivery) +
                          " is not above client.socket_timeout of " +
                          in_quotes(link.target.value()) + ", " + written(socket));
    }

    void check_same_cluster(const LinkConfig& link, const LinkSpots& spots)
    {
        if (link.source.value().empty() || identity(link.source) != identity(link.target)) return;
        const auto keeps_its_name = [&](const TopicPattern& pattern) {
            const auto& rename = link.topics.rename;
            const TopicName literal{pattern.text()};
            if (pattern.is_literal()) return renamed(rename, literal) == literal;
            return rename.others == Rename::Others::keep && rename.map.empty();
        };
        const auto& include = link.topics.selection.include();
        const auto found = std::ranges::find_if(include, keeps_its_name);
        if (found == include.end()) return;
        problems_.add(spots.target,
                      "same_cluster",
                      in_quotes(link.source.value()) + " and " + in_quotes(link.target.value()) +
                          " are one cluster, and " + in_quotes(found->text()) +
                          " keeps its name: rename");
    }

    // Literals that one or several links mirror to one name at one target.
    void check_collisions(const LinkConfig& link, const LinkSpots& spots)
    {
        std::set<TopicName> done;
        for (const auto& pattern : link.topics.selection.include()) {
            const TopicName source{pattern.text()};
            const auto target = renamed(link.topics.rename, source);
            if (!pattern.is_literal() || !target || !done.insert(source).second) continue;
            const std::pair key{identity(link.target), collision_key(*target)};
            const auto [earlier, is_new] = targets_.emplace(key, Claim{link.name, *target});
            if (is_new) continue;
            problems_.add(spots.topics,
                          "rename_collision",
                          in_quotes(source.value()) + " becomes " + in_quotes(target->value()) +
                              ", but link " + in_quotes(earlier->second.link.value()) + " writes " +
                              in_quotes(earlier->second.target.value()) + " to " +
                              in_quotes(link.target.value()) + ": rename");
        }
    }

    bool has_link(const LinkName& name) const
    {
        return std::ranges::find(links_, name, &LinkConfig::name) != links_.end();
    }

    // One that names a link that there is no more is left alone: that one may have been deleted.
    void check_reverse(const LinkConfig& link, const LinkSpots& spots)
    {
        if (link.reverse_of == LinkName{}) return;
        const auto said = "reverse_of: " + in_quotes(link.reverse_of.value());
        const auto [earlier, is_new] = reversed_.emplace(link.reverse_of, link.name);
        if (!is_new) {
            problems_.add(spots.name,
                          "bad_reverse",
                          said + " has a reverse already: " + in_quotes(earlier->second.value()));
        }
        const auto other = std::ranges::find(links_, link.reverse_of, &LinkConfig::name);
        if (other == links_.end()) return;
        const bool opposite = identity(other->source) == identity(link.target) &&
                              identity(other->target) == identity(link.source);
        if (!opposite) {
            problems_.add(spots.name,
                          "bad_reverse",
                          said + " does not mirror from " + in_quotes(link.target.value()) +
                              " to " + in_quotes(link.source.value()));
        } else if (has_link(other->reverse_of)) {
            problems_.add(spots.name,
                          "bad_reverse",
                          said + " is itself the reverse of " +
                              in_quotes(other->reverse_of.value()) +
                              ": say reverse_of at one of the two only");
        }
    }

    void check_loops()
    {
        std::vector<GraphLink> edges;
        edges.reserve(links_.size());
        for (const auto& link : links_) {
            edges.push_back({&link, identity(link.source), identity(link.target)});
        }
        for (const auto& [link, path] : find_loops(edges)) {
            problems_.add(spots_[link].topics, "loop", path + ": remove one of them, or rename");
        }
    }

    struct Claim {
        LinkName link;
        TopicName target;
    };

    const Clusters& clusters_;
    const std::vector<LinkConfig>& links_;
    const std::vector<LinkSpots>& spots_;
    Problems& problems_;
    std::map<ClusterName, ClusterName> identities_;
    std::map<LinkName, ManagedBy> owners_;
    std::map<LinkName, LinkName> reversed_;  // by whom
    std::map<std::pair<ClusterName, std::string>, Claim> targets_;
};

}  // namespace

LinkSpots spots_of(ObjectReader& reader)
{
    return {reader.spot("name"),
            reader.spot("source"),
            reader.spot("target"),
            reader.spot("topics"),
            reader.spot("timeouts")};
}

void check_links(const Clusters& clusters,
                 const std::vector<LinkConfig>& links,
                 const std::vector<LinkSpots>& spots,
                 Problems& problems)
{
    LinkChecks{clusters, links, spots, problems}.run();
}

}  // namespace strait::links
