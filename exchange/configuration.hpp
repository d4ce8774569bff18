#pragma once

#include "api/listener.hpp"
#include "core/document.hpp"
#include "core/ids.hpp"
#include "core/logging.hpp"
#include "core/secret_source.hpp"
#include "exchange/api_config.hpp"
#include "exchange/listen_address.hpp"
#include "kafka/cluster_config.hpp"
#include "links/config/link_checks.hpp"
#include "links/config/link_config.hpp"

#include <chrono>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strait::exchange {

struct OpsConfig {
    std::optional<ListenAddress> listen = ListenAddress{"127.0.0.1", 9180};  // absent: closed

    bool operator==(const OpsConfig&) const = default;
};

// What each door allows: the admin socket, `ops` and `api` (reliability.md 10).
using HttpConfig = api::ListenerLimits;

// The whole file (ARCHITECTURE.md 8). The defaults here are those of the file.
struct Configuration {
    std::string data_dir;                          // absolute; empty only where it is not required
    std::chrono::milliseconds drain_time{10'000};  // from the first signal to the end
    LogConfig log;
    OpsConfig ops;
    ApiConfig api;
    CatalogConfig catalog;
    HttpConfig http;
    std::map<ClusterName, kafka::ClusterConfig> clusters;
    std::vector<links::LinkConfig> links;      // in the order of the file
    std::vector<links::LinkSpots> link_spots;  // of each of them

    std::vector<Problem> warnings;  // what is allowed and unwise; to be shown, not obeyed
};

struct ReadOptions {
    std::string file;               // what problems call it
    bool allow_insecure = false;    // --allow-insecure
    bool data_dir_required = true;  // by `serve`; not by `check`
};

// Reads and checks all that can be checked without asking a broker. All or nothing: with one
// problem there is no configuration. Never throws for what is in `text`.
std::expected<Configuration, Problems> read_configuration(const std::string& text,
                                                          const ReadOptions& options,
                                                          const SecretSource& secrets);

// The `data_dir` alone, for those that only look for the node: nothing else of the file is checked,
// and no secret is read.
std::expected<std::string, Problems> read_data_dir(const std::string& text,
                                                   const std::string& file,
                                                   const SecretSource& secrets);

}  // namespace strait::exchange
