#pragma once

#include "core/document.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/config/link_changes.hpp"
#include "links/config/link_config.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

namespace strait::links {

// Why the links stay as they are.
struct LinkRefusal {
    explicit LinkRefusal(Error why) : error{std::move(why)} {}
    explicit LinkRefusal(const Problems& all)
        : error{Errc::invalid_argument, all.text()}, problems{all.list()}
    {
    }

    Error error;
    std::vector<Problem> problems{};  // of what was asked for, member by member
};

template <class T>
using Registered = std::expected<T, LinkRefusal>;

// A link as it is configured, and since when.
struct RegisteredLink {
    LinkConfig config;
    std::int64_t created_ms = 0;  // since 1970; these are 0 of one of the file and of the catalog
    std::int64_t changed_ms = 0;
    std::uint64_t revision = 0;  // one more with each change
};

// What became of a request, or would.
struct LinkEdit {
    std::vector<LinkChange> changes;
    std::vector<Problem> warnings{};     // what is allowed and unwise
    std::optional<RegisteredLink> link;  // none when it is removed
};

struct EditOptions {
    bool dry_run = false;  // only say what would change
};

// Creates, changes and removes links at run time, those that are managed by the API. A seam:
// ConfiguredLinks implements it; the API uses it, and `reverse`.
//
// Every link is checked as one of the file would be, by itself and against all others. What was
// answered with success is on the disk; a request that did not come so far has changed nothing.
// Errc::invalid_argument with a problem for each member that is wrong, or `immutable_changed`;
// Errc::conflict while another change is made, while the program ends, and, with the remedy, for a
// link of another owner; Errc::not_found; Errc::unavailable if the disk does not take it.
//
// Not thread-safe: control thread.
class LinkRegistry {
  public:
    virtual ~LinkRegistry() = default;

    [[nodiscard]] virtual Result<RegisteredLink> find(LinkName link) const = 0;

    // `link`: as the file has it; document_of() makes one of a LinkConfig.
    virtual boost::asio::awaitable<Registered<LinkEdit>> create(Document link,
                                                                EditOptions options) = 0;

    // `patch` is merged into what is known of it (RFC 7396): what is null has its default again.
    virtual boost::asio::awaitable<Registered<LinkEdit>> change(LinkName link,
                                                                Document patch,
                                                                EditOptions options) = 0;

    // It commits what it has read, and ends. Its mirror topics stay, and what its target knows of
    // it: a link that is created under the same name goes on where it was.
    virtual boost::asio::awaitable<Registered<LinkEdit>> remove(LinkName link,
                                                                EditOptions options) = 0;
};

}  // namespace strait::links
