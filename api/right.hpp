#pragma once

#include "catalog/commands/act.hpp"

#include <boost/describe/enum.hpp>

namespace strait::api {

// What a caller needs to be allowed (catalog.md 3). It has no default: a route without one does not
// compile. Which records it may touch with that is for the catalog to say.
enum class Right {
    none,          // open to whoever reaches the door
    read_links,    // status, gaps and translation
    change_links,  // which there are, and what they do
    host,          // what only somebody on this machine may ask for
    signed_in,     // anybody with a key
    org_read,      // what every member of an organisation sees of it
    operate,       // how organisations come and go
    org_write,
    products_write,
    access_write,
    apps_write,
    catalog_read,
    usage_read,
    audit_read,
};
BOOST_DESCRIBE_ENUM(Right,
                    none,
                    read_links,
                    change_links,
                    host,
                    signed_in,
                    org_read,
                    operate,
                    org_write,
                    products_write,
                    access_write,
                    apps_write,
                    catalog_read,
                    usage_read,
                    audit_read)

// A way in. Whoever may open the admin socket is the host, and needs no key.
enum class Door { ops, admin, api };

// What a principal may ask for at all.
bool may(const catalog::Act& act, Right right) noexcept;

}  // namespace strait::api
