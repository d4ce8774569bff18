#pragma once

#include "core/error.hpp"
#include "links/config/link_checks.hpp"
#include "links/link_engine.hpp"
#include "links/link_registry.hpp"
#include "links/store/link_store.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

namespace strait::links {

// What a configuration file says, and where; without spots problems name no place.
struct FileLinks {
    LinkSet set;
    std::vector<LinkSpots> spots{};
};

// All links of a node: those of its file, those that came at run time, which are kept in a store of
// their own, and those of the catalog's subscriptions, which the catalog keeps. The engine is told
// of them as one set, and whatever is checked is checked of that.
//
// A change is on the disk before the engine is told, so a program that dies in between has it after
// its next start. Not thread-safe: control thread. What it is given outlives it.
class ConfiguredLinks final : public LinkRegistry {
  public:
    static constexpr std::size_t count_max = 1'000;

    // `end_time_max`: what a link that ends has for its commits.
    ConfiguredLinks(LinkEngine& engine,
                    const NodePorts& node,
                    std::chrono::milliseconds end_time_max);

    // Opens the store, and returns what the engine is to begin with. Errc::invalid_argument if a
    // stored link does not fit to the file: no link may vanish because of what others say.
    Result<LinkSet> open(const std::filesystem::path& store, FileLinks file);

    // The links of the file become these; those that came at run time stay. Or only what that would
    // change. Refused as LinkRegistry says.
    boost::asio::awaitable<Registered<std::vector<LinkChange>>> apply(FileLinks file, bool dry_run);

    // By their names: why links of the catalog are left out.
    using LeftOut = std::map<LinkName, std::string>;

    // The links of the catalog become these, and their clusters are known besides those of the
    // file; the others stay. One that does not fit is left out and keeps no other from its work.
    // Refused as LinkRegistry says, and then nothing has changed.
    boost::asio::awaitable<Registered<LeftOut>> follow_catalog(LinkSet wanted);

    [[nodiscard]] Result<RegisteredLink> find(LinkName link) const override;
    boost::asio::awaitable<Registered<LinkEdit>> create(Document link,
                                                        EditOptions options) override;
    boost::asio::awaitable<Registered<LinkEdit>> change(LinkName link,
                                                        Document patch,
                                                        EditOptions options) override;
    boost::asio::awaitable<Registered<LinkEdit>> remove(LinkName link,
                                                        EditOptions options) override;

  private:
    using Stored = std::map<LinkName, RegisteredLink>;

    [[nodiscard]] Result<void> takes_changes() const;
    static Result<Stored> read_stored(const LinkStore& store);
    [[nodiscard]] Result<RegisteredLink> find_own(const LinkName& link) const;
    [[nodiscard]] LinkSet set_of(const FileLinks& file, const Stored& stored) const;
    [[nodiscard]] LinkSet fitting(const LinkSet& wanted, LeftOut& left_out) const;
    [[nodiscard]] Problems problems_of(const FileLinks& file) const;
    boost::asio::awaitable<Registered<LinkEdit>> put(Document link,
                                                     std::optional<RegisteredLink> before,
                                                     EditOptions options);
    boost::asio::awaitable<Result<void>> keep(Stored stored, LinkName link);
    boost::asio::awaitable<Result<void>> make_true();

    LinkEngine& engine_;
    const NodePorts& node_;
    spdlog::logger log_;
    std::chrono::milliseconds end_time_max_;
    std::optional<LinkStore> store_;
    FileLinks file_;
    Stored stored_;
    LinkSet of_catalog_;
    bool busy_ = false;  // with a change
};

}  // namespace strait::links
