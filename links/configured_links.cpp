#include "links/configured_links.hpp"

#include "core/blocking.hpp"
#include "core/failpoint.hpp"
#include "links/config/link_document.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;

namespace {

template <class E>
std::unexpected<LinkRefusal> refused(const E& why)
{
    return std::unexpected{LinkRefusal{why}};
}

// A cluster of the file is what the file says of it.
LinkSet together(LinkSet set, const LinkSet& others)
{
    set.clusters.insert(others.clusters.begin(), others.clusters.end());
    set.links.insert(set.links.end(), others.links.begin(), others.links.end());
    return set;
}

// Sets the flag for as long as it lives.
class Busy {
  public:
    explicit Busy(bool& flag) noexcept : flag_{flag} { flag_ = true; }
    ~Busy() { flag_ = false; }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

  private:
    bool& flag_;
};

StoredLink stored_form(const RegisteredLink& link)
{
    return {link.config.name,
            link.config.managed_by,
            link.created_ms,
            link.changed_ms,
            link.revision,
            boost::json::serialize(write_link(link.config))};
}

Result<RegisteredLink> registered_form(const StoredLink& stored)
{
    Problems problems;
    const auto document = parse_json(stored.text, "stored link " + stored.name.value(), problems);
    RegisteredLink link;
    if (problems.empty()) {
        ObjectReader reader{document, "", problems};
        link.config = read_link(reader);
    }
    if (problems.empty() && link.config.name != stored.name) {
        problems.add({document.place, "/name", "bad_name", "it is stored under another name"});
    }
    if (!problems.empty()) {
        return fail(Errc::corrupt,
                    problems.text() +
                        "start the version of strait that has stored it, or move the store away");
    }
    link.config.managed_by = stored.managed_by;
    link.created_ms = stored.created_ms;
    link.changed_ms = stored.changed_ms;
    link.revision = stored.revision;
    return link;
}

LinkSpots spots_of(const LinkConfig& link)
{
    const auto place =
        "link " + link.name.value() + ", managed by " + std::string{to_string(link.managed_by)};
    return {{place, "/name"},
            {place, "/source"},
            {place, "/target"},
            {place, "/topics"},
            {place, "/timeouts"}};
}

std::string remedy_of(const LinkConfig& link)
{
    switch (link.managed_by) {
        case ManagedBy::config: return "change the file and run `strait apply`";
        case ManagedBy::api: return "use `strait link change` and `strait link delete`";
        case ManagedBy::catalog: return "change what the catalog says of it";
    }
    std::unreachable();
}

void check_count(std::size_t count, const Spot& spot, Problems& problems)
{
    if (count <= ConfiguredLinks::count_max) return;
    problems.add(spot,
                 "out_of_range",
                 "more than " + std::to_string(ConfiguredLinks::count_max) +
                     " links, with those that came at run time");
}

}  // namespace

ConfiguredLinks::ConfiguredLinks(LinkEngine& engine,
                                 const NodePorts& node,
                                 std::chrono::milliseconds end_time_max)
    : engine_{engine},
      node_{node},
      log_{node.logging.make_logger("links")},
      end_time_max_{end_time_max}
{
    engine_.make_links_through(*this);
}

Result<LinkSet> ConfiguredLinks::open(const std::filesystem::path& store, FileLinks file)
{
    auto opened = LinkStore::open(store);
    if (!opened) return fail(opened.error());
    auto stored = read_stored(*opened);
    if (!stored) return fail(stored.error());
    store_.emplace(*std::move(opened));
    stored_ = *std::move(stored);
    file_ = std::move(file);
    if (stored_.empty()) return set_of(file_, stored_);  // whoever made the set has checked it
    if (const auto problems = problems_of(file_); !problems.empty()) {
        return fail(Errc::invalid_argument,
                    problems.text() +
                        "the links that came at run time do not fit the file: put back what they "
                        "need, start, and end them with `strait link delete`");
    }
    return set_of(file_, stored_);
}

Result<ConfiguredLinks::Stored> ConfiguredLinks::read_stored(const LinkStore& store)
{
    const auto all = store.all();
    if (!all) return fail(all.error());
    Stored stored;
    for (const auto& one : *all) {
        auto link = registered_form(one);
        if (!link) return fail(link.error());
        stored.emplace(one.name, *std::move(link));
    }
    return stored;
}

LinkSet ConfiguredLinks::set_of(const FileLinks& file, const Stored& stored) const
{
    auto set = file.set;
    set.links.reserve(set.links.size() + stored.size() + of_catalog_.links.size());
    for (const auto& [name, link] : stored) set.links.push_back(link.config);
    return together(std::move(set), of_catalog_);
}

// The file's links come last: what is wrong between it and the others is wrong with the file.
Problems ConfiguredLinks::problems_of(const FileLinks& file) const
{
    Problems problems;
    auto all = set_of({{file.set.clusters, {}}, {}}, stored_);
    std::vector<LinkSpots> spots;
    spots.reserve(all.links.size() + file.set.links.size());
    for (const auto& link : all.links) spots.push_back(spots_of(link));
    all.links.insert(all.links.end(), file.set.links.begin(), file.set.links.end());
    spots.insert(spots.end(), file.spots.begin(), file.spots.end());
    spots.resize(all.links.size());
    check_count(all.links.size(), spots.empty() ? Spot{} : spots.back().name, problems);
    check_links(all.clusters, all.links, spots, problems);
    return problems;
}

// One after the other: what is wrong between two of them is wrong with the later one. Those that
// are there already come first: above all one that is to stop is told so.
LinkSet ConfiguredLinks::fitting(const LinkSet& wanted, LeftOut& left_out) const
{
    LinkSet fitting{wanted.clusters, {}};
    std::vector<LinkConfig> others;
    for (const auto& link : wanted.links) {
        const auto& before = of_catalog_.links;
        const bool known = std::ranges::any_of(before, [&](LinkConfig each) {
            each.desired = link.desired;
            return each == link;
        });
        (known ? fitting.links : others).push_back(link);
    }
    LinkSet own = file_.set;
    for (const auto& [name, link] : stored_) own.links.push_back(link.config);
    const auto problems_with = [&](const LinkConfig& link) {
        auto all = together(own, fitting);
        all.links.push_back(link);
        std::vector<LinkSpots> spots(all.links.size());
        spots.back() = spots_of(link);
        Problems problems;
        check_count(all.links.size(), spots.back().name, problems);
        check_links(all.clusters, all.links, spots, problems);
        return problems;
    };
    for (auto& link : others) {
        const auto problems = problems_with(link);
        if (problems.empty()) {
            fitting.links.push_back(std::move(link));
        } else {
            left_out.emplace(link.name, problems.list().front().text);
        }
    }
    return fitting;
}

asio::awaitable<Registered<ConfiguredLinks::LeftOut>> ConfiguredLinks::follow_catalog(
    LinkSet wanted)
{
    if (const auto able = takes_changes(); !able) co_return refused(able.error());
    LeftOut left_out;
    auto before = std::exchange(of_catalog_, fitting(wanted, left_out));
    auto all = set_of(file_, stored_);
    if (const auto changes = engine_.changes_to(all); !changes) {
        of_catalog_ = std::move(before);
        co_return refused(changes.error());
    }
    const Busy busy{busy_};
    const auto made = co_await engine_.apply(std::move(all), end_time_max_);
    if (!made) co_return refused(made.error());
    co_return left_out;
}

asio::awaitable<Registered<std::vector<LinkChange>>> ConfiguredLinks::apply(FileLinks file,
                                                                            bool dry_run)
{
    if (const auto problems = problems_of(file); !problems.empty()) co_return refused(problems);
    auto wanted = set_of(file, stored_);
    const auto changes = engine_.changes_to(wanted);
    if (!changes) co_return refused(changes.error());
    if (dry_run) co_return *changes;
    if (const auto able = takes_changes(); !able) co_return refused(able.error());
    const Busy busy{busy_};
    file_ = std::move(file);
    const auto made = co_await engine_.apply(std::move(wanted), end_time_max_);
    if (!made) co_return refused(made.error());
    co_return *made;
}

Result<void> ConfiguredLinks::takes_changes() const
{
    if (busy_) return fail(Errc::conflict, "another change is being applied: try again");
    return engine_.takes_changes();
}

Result<RegisteredLink> ConfiguredLinks::find(LinkName link) const
{
    if (const auto found = stored_.find(link); found != stored_.end()) return found->second;
    for (const auto* const set : {&file_.set, &of_catalog_}) {
        const auto found = std::ranges::find(set->links, link, &LinkConfig::name);
        if (found != set->links.end()) return RegisteredLink{*found, 0, 0, 0};
    }
    return fail(Errc::not_found, "no link " + in_quotes(link.value()));
}

Result<RegisteredLink> ConfiguredLinks::find_own(const LinkName& link) const
{
    auto found = find(link);
    if (!found || found->config.managed_by == ManagedBy::api) return found;
    return fail(Errc::conflict,
                "link " + in_quotes(link.value()) + " is managed by " +
                    std::string{to_string(found->config.managed_by)} + ": " +
                    remedy_of(found->config));
}

asio::awaitable<Registered<LinkEdit>> ConfiguredLinks::create(Document link, EditOptions options)
{
    return put(std::move(link), std::nullopt, options);
}

asio::awaitable<Registered<LinkEdit>> ConfiguredLinks::change(LinkName link,
                                                              Document patch,
                                                              EditOptions options)
{
    auto before = find_own(link);
    if (!before) co_return refused(before.error());
    auto whole = merged(document_of(before->config, patch.place), patch);
    co_return co_await put(std::move(whole), *std::move(before), options);
}

// Reads the link and checks it as one more of all links, or as one that another one becomes. What
// is wrong then is wrong with it: what there was has been checked.
asio::awaitable<Registered<LinkEdit>> ConfiguredLinks::put(Document link,
                                                           std::optional<RegisteredLink> before,
                                                           EditOptions options)
{
    Problems problems;
    LinkSpots spots;
    const auto now_ms = node_.clock.wall_ms();
    auto wanted = before.value_or(RegisteredLink{{}, now_ms, now_ms, 0});
    {
        ObjectReader reader{link, "", problems};
        wanted.config = read_link(reader);
        spots = links::spots_of(reader);
    }
    wanted.config.managed_by = ManagedBy::api;
    const auto& name = wanted.config.name;
    if (before && name != before->config.name) {
        problems.add(spots.name, "immutable_changed", "a link keeps its name: create another one");
    }
    auto set = set_of(file_, stored_);
    if (before) {
        std::erase_if(set.links,
                      [&](const auto& each) { return each.name == before->config.name; });
    }
    set.links.push_back(wanted.config);
    check_count(set.links.size(), {spots.name.place, ""}, problems);
    check_links(set.clusters, set.links, std::vector(set.links.size(), spots), problems);
    if (!problems.empty()) co_return refused(problems);

    if (before && before->config == wanted.config) {
        co_return LinkEdit{{}, problems.warnings(), std::move(before)};
    }
    auto changes = engine_.changes_to(set);
    if (!changes) co_return refused(changes.error());
    wanted.changed_ms = now_ms;
    ++wanted.revision;
    LinkEdit edit{*std::move(changes), problems.warnings(), wanted};
    if (options.dry_run) co_return edit;
    auto stored = stored_;
    stored.insert_or_assign(name, std::move(wanted));
    const auto kept = co_await keep(std::move(stored), edit.link->config.name);
    if (!kept) co_return refused(kept.error());
    co_return edit;
}

asio::awaitable<Registered<LinkEdit>> ConfiguredLinks::remove(LinkName link, EditOptions options)
{
    const auto found = find_own(link);
    if (!found) co_return refused(found.error());
    auto stored = stored_;
    stored.erase(link);
    auto changes = engine_.changes_to(set_of(file_, stored));
    if (!changes) co_return refused(changes.error());
    const LinkEdit edit{*std::move(changes), {}, {}};
    if (options.dry_run) co_return edit;
    const auto kept = co_await keep(std::move(stored), std::move(link));
    if (!kept) co_return refused(kept.error());
    co_return edit;
}

// Puts on the disk what `stored` says of that link, then makes it true.
asio::awaitable<Result<void>> ConfiguredLinks::keep(Stored stored, LinkName link)
{
    assert(store_);
    if (const auto able = takes_changes(); !able) co_return fail(able.error());
    const Busy busy{busy_};
    const auto found = stored.find(link);
    const bool stays = found != stored.end();
    const auto entry = stays ? stored_form(found->second) : StoredLink{};
    auto& store = *store_;
    const auto kept = co_await run_blocking(
        node_.pool, [&] { return stays ? store.put(entry) : store.remove(link); });
    if (!kept) co_return fail(kept.error());
    stored_ = std::move(stored);
    log_.info("link stored link={} managed_by={} revision={}",
              link.value(),
              stays ? to_string(entry.managed_by) : "nobody",
              entry.revision);
    const auto made = co_await make_true();
    if (made) co_return Result<void>{};
    co_return fail(made.error().code(),
                   "it is stored, and comes true with the next start: " + made.error().detail());
}

asio::awaitable<Result<void>> ConfiguredLinks::make_true()
{
    if (auto reached = co_await reach("link.stored", node_.clock); !reached) co_return reached;
    const auto made = co_await engine_.apply(set_of(file_, stored_), end_time_max_);
    if (!made) co_return fail(made.error());
    co_return Result<void>{};
}

}  // namespace strait::links
