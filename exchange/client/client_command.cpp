#include "exchange/client/client_command.hpp"

#include "catalog/commands/act.hpp"
#include "catalog/records/base32.hpp"
#include "exchange/client/record_view.hpp"

#include <array>
#include <cstdint>
#include <ostream>
#include <utility>

namespace strait::exchange {

Result<HttpClient> door_of(const ClientCommand& command)
{
    const auto profile = command.profiles.read(command.profile);
    if (!profile) return fail(profile.error());
    auto origin = origin_of(profile->endpoint);
    if (!origin) return fail(origin.error());
    return HttpClient{
        {.origin = *std::move(origin), .key = profile->key, .ca_file = profile->ca_file}};
}

std::string new_idempotency_key()
{
    std::array<std::uint8_t, 20> random{};
    catalog::system_entropy()(random);
    return catalog::base32(random);
}

void print_answer(const ClientCommand& command, const HttpAnswer& answer)
{
    const bool is_json = answer.content_type.starts_with("application/json");
    if (is_json && !command.json) {
        if (const auto body = json_of(answer)) {
            command.out << record_view(*body);
            return;
        }
    }
    command.out << answer.body;
    if (!answer.body.ends_with('\n')) command.out << '\n';
}

}  // namespace strait::exchange
