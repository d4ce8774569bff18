#include "catalog/commands/credentials.hpp"

#include "api/catalog/activations.hpp"
#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/inputs/people_inputs.hpp"

#include <chrono>

namespace strait::api {

namespace {

struct ShownKey {
    Shown credential;
    catalog::IssuedKey key;
};

catalog::Outcome<ShownKey> shown_with_secret(catalog::Outcome<catalog::IssuedKey> issued,
                                             const catalog::Act& act)
{
    if (!issued) return catalog::refuse(std::move(issued.error()));
    auto credential = shown(issued->credential, act);
    return ShownKey{std::move(credential), *std::move(issued)};
}

// The one answer that ever holds the secret.
Response key_response(const Services& services, const Call& call, ShownKey made)
{
    auto& body = made.credential.body;
    if (!call.dry_run) {
        body.emplace("secret", made.key.text.reveal());
        body.emplace("profile", profile_of(services, made.key));
    }
    return catalog_response(
        services,
        call.dry_run ? boost::beast::http::status::ok : boost::beast::http::status::created,
        body);
}

}  // namespace

Handled create_credential(Services& services, const Call& call)
{
    auto input = read_body<catalog::NewKey>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<ShownKey> command = [input = *std::move(input)](
                                          catalog::Draft& draft,
                                          const catalog::Act& act) -> catalog::Outcome<ShownKey> {
        return shown_with_secret(catalog::issue_key(draft, act, input), act);
    };
    auto made = co_await carry_out(services, call, command);
    if (!made) co_return std::unexpected{made.error()};
    co_return key_response(services, call, *std::move(made));
}

Handled rotate_credential(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::credential>(call);
    if (!id) co_return std::unexpected{id.error()};
    const auto input = read_body<catalog::RotationInput>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<ShownKey> command = [id = *id, overlap = std::chrono::seconds{input->overlap_s}](
                                          catalog::Draft& draft,
                                          const catalog::Act& act) -> catalog::Outcome<ShownKey> {
        return shown_with_secret(catalog::rotate_key(draft, act, id, overlap), act);
    };
    auto made = co_await carry_out(services, call, command);
    if (!made) co_return std::unexpected{made.error()};
    co_return key_response(services, call, *std::move(made));
}

Handled revoke_credential(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::credential>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<catalog::Credential> command = [id = *id](catalog::Draft& draft,
                                                            const catalog::Act& act) {
        return catalog::revoke_key(draft, act, id);
    };
    auto done = co_await carry_out(services, call, shown_by(call, *id, command));
    if (!done) co_return std::unexpected{done.error()};
    co_return record_response(services, call, *std::move(done));
}

}  // namespace strait::api
