#pragma once

#include "bench/door_client.hpp"
#include "catalog/records/id.hpp"
#include "tests/support/strait_process.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace strait::bench {

// A node whose public door is open on loopback, and as good as without limits of requests.
// Failures throw std::runtime_error. Make it, and start it, in the main thread.
class ExchangeNode {
  public:
    struct Member {
        catalog::OrganisationId id;
        std::string key;  // of its org_admin
    };

    // `configuration`: further lines of strait.yaml.
    explicit ExchangeNode(std::string_view configuration = {});

    void start();
    void stop();

    // A new organisation, of a running node.
    Member join(const std::string& name);

    // As whoever has that key; of none: anybody.
    [[nodiscard]] DoorClient client(const std::string& key = {}) const { return {port_, key}; }

    [[nodiscard]] testing::StraitProcess& process() noexcept { return process_; }

  private:
    [[nodiscard]] std::string redeem(std::string_view link, const std::string& email) const;

    std::uint16_t port_;
    testing::StraitProcess process_;
    std::string operator_key_;
};

}  // namespace strait::bench
