#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "exchange/configuration.hpp"
#include "exchange/configuration_file.hpp"

#include <set>

namespace strait::exchange {

struct ServeOptions {
    ConfigurationFile file;        // that of the configuration, by an absolute path
    std::set<LinkName> take_over;  // links that an installation owned which is gone for good
};

// `strait serve`: runs the links and opens the doors, until SIGTERM or SIGINT. Then it commits what
// it has read and answers what it was asked, in four fifths of `drain_time`; what is left after
// that is given up. The process ends within `drain_time`, with exit code 1 if something did not let
// go, and at once, with 128 + its number, at a second signal.
//
// SIGHUP reads the file again and makes its links true, like `strait apply`.
//
// Fails only at the start: a door that cannot be opened, a data_dir that another process uses.
Result<void> serve(Configuration configuration, const ServeOptions& options);

}  // namespace strait::exchange
