#include "exchange/client/client_command.hpp"

#include "exchange/client/record_view.hpp"

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
