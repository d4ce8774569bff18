#include "bench/exchange_node.hpp"

#include "tests/support/free_port.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/core.h>

#include <stdexcept>

namespace strait::bench {
namespace {

constexpr auto configuration_text = R"(ops: {{listen: ''}}
api:
  listen: '127.0.0.1:{}'
  reads_per_second: 1000000
  writes_per_second: 1000000
  organisation_reads_per_second: 1000000
  organisation_writes_per_second: 1000000
  anonymous_per_minute: 1000000
http: {{requests: 1000000}}
{}
)";

}  // namespace

ExchangeNode::ExchangeNode(std::string_view configuration)
    : port_{testing::reserve_port()},
      process_{fmt::format(configuration_text, port_, configuration)}
{
}

void ExchangeNode::start()
{
    process_.start();
    if (!process_.wait_for_log("serving")) throw std::runtime_error{process_.log()};
    if (!operator_key_.empty()) return;
    const std::string email = "ops@host.example";
    const auto made =
        process_.run({"admin", "bootstrap", "--json", "--organisation", "host", "--email", email});
    if (made.exit_code != 0) throw std::runtime_error{made.output};
    operator_key_ = redeem(boost::json::parse(made.output).at("activation_url").as_string(), email);
}

void ExchangeNode::stop()
{
    if (process_.terminate() != 0) throw std::runtime_error{"does not end: " + process_.log()};
}

ExchangeNode::Member ExchangeNode::join(const std::string& name)
{
    const auto email = "admin@" + name + ".example";
    const boost::json::object body{{"name", name}, {"title", name}, {"admin_email", email}};
    const auto made = client(operator_key_)
                          .must(DoorClient::Verb::post, "/v1/organisations", serialize(body))
                          .json();
    const auto id = catalog::id_from<catalog::Noun::organisation>(made.at("id").as_string());
    return {id.value(), redeem(made.at("activation_url").as_string(), email)};
}

std::string ExchangeNode::redeem(std::string_view link, const std::string& email) const
{
    const boost::json::object body{
        {"token", link.substr(link.find('#') + 1)},
        {"user", boost::json::object{{"email", email}, {"display_name", "Bench"}}}};
    const auto answer =
        client().must(DoorClient::Verb::post, "/v1/activations", serialize(body)).json();
    return std::string{answer.at("secret").as_string()};
}

}  // namespace strait::bench
