#include "api/catalog/cluster_rules.hpp"

#include "catalog/commands/limits.hpp"
#include "kafka/cluster_security.hpp"

#include <boost/asio/ip/address.hpp>

#include <utility>

namespace strait::api {

Problems check_addresses(const kafka::AddressGuard& guard,
                         const std::vector<std::string>& bootstrap)
{
    Problems problems;
    for (const auto& text : bootstrap) {
        if (const auto misfit = kafka::misfit_of_address(text)) {
            catalog::reject(problems, "/bootstrap", misfit->text);
        }
    }
    if (!problems.empty()) return problems;
    for (const auto& text : bootstrap) {
        auto host = text.substr(0, text.rfind(':'));
        if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
        boost::system::error_code is_name;
        const auto address = boost::asio::ip::make_address(host, is_name);
        if (is_name || lets_through(guard, address)) continue;
        problems.add({"body",
                      "/bootstrap",
                      std::string{address_refused},
                      in_quotes(text) + " is no public address: the operator lists others in "
                                        "catalog.cluster_networks"});
    }
    return problems;
}

catalog::ClusterRules cluster_rules(const kafka::AddressGuard& guard)
{
    using Security = catalog::ClusterRules::Security;
    return {.split = [](const boost::json::object& security) -> std::expected<Security, Problems> {
                auto parts = kafka::split_security(security);
                if (!parts) return std::unexpected{std::move(parts.error())};
                return Security{std::move(parts->open), std::move(parts->secrets)};
            },
            .check_addresses =
                [guard](const std::vector<std::string>& bootstrap) {
                    return check_addresses(guard, bootstrap);
                }};
}

}  // namespace strait::api
