#pragma once

#include "api/handler.hpp"
#include "api/response.hpp"
#include "catalog/commands/act.hpp"
#include "catalog/commands/limits.hpp"
#include "catalog/inputs/people_inputs.hpp"
#include "catalog/inputs/read_input.hpp"
#include "catalog/records/views.hpp"
#include "catalog/store/draft.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the resources of the catalog have in common: a body becomes the input of a command, and the
// record that comes of it is answered as its caller may see it.
namespace strait::api {

template <class T>
using Command = catalog::Catalog::Command<T>;

// What a question or a command is answered.
struct Shown {
    boost::json::object body;
    std::uint64_t revision = 0;     // of the record: its ETag
    bool created = false;           // 201, with its Location
    boost::json::object secrets{};  // members that are shown this once: null when it is asked again
    std::string place{};            // of what was created, in its collection, or with "/" before
                                    // it wherever it is; empty: its id
};

// As the organisation of the caller sees it; of what it has no side in, and was allowed to change
// as the operator, no more than that it is there.
template <catalog::AnyRecord T>
Shown shown(const T& record, const catalog::Act& act)
{
    if (const auto& own = act.organisation) {
        auto view = catalog::view_of(record, *own, catalog::Purpose::shown);
        if (view.is_object()) return {std::move(view.as_object()), record.revision};
    }
    return {{{"id", to_string(record.id)},
             {"organisation", to_string(record.organisation)},
             {"state", to_string(record.state)},
             {"revision", record.revision}},
            record.revision};
}

// The body as an input; every member of it that is wrong.
Document parse_body(const Call& call, Problems& problems);

template <class T>
Answered<T> read_body(const Call& call)
{
    Problems problems;
    const auto document = parse_body(call, problems);
    T input{};
    if (document.kind == Document::Kind::object) {
        ObjectReader reader{document, "", problems};
        catalog::read_input(reader, input);
    }
    if (!problems.empty()) return refuse(problems);
    return input;
}

// Carries the command out; with ?dry_run=true it only says what would come of it. A call with an
// Idempotency-Key is carried out once, and answered the same when it comes again
// (draft-ietf-httpapi-idempotency-key-header-07).
Handled carry_out(Services& services, const Call& call, Command<Shown> command);

template <class T>
boost::asio::awaitable<Answered<T>> ask(Services& services, const Call& call, Command<T> question)
{
    auto outcome = co_await services.catalog->ask(call.caller, std::move(question));
    if (!outcome) co_return std::unexpected{Refusal{outcome.error()}};
    co_return *std::move(outcome);
}

// The same, for a question of a few records: most of these are in memory.
template <class T>
boost::asio::awaitable<Answered<T>> glance(Services& services,
                                           const Call& call,
                                           Command<T> question)
{
    auto outcome = co_await services.catalog->glance(call.caller, std::move(question));
    if (!outcome) co_return std::unexpected{Refusal{outcome.error()}};
    co_return *std::move(outcome);
}

// The id that the path names. Another text names nothing: RefusalCode::not_found, as everything
// that the caller may not see.
catalog::Refusal no_such_object();

// For a question of which the disk has no answer.
catalog::Refusal unavailable(const Error& error);

template <catalog::Noun N>
Answered<catalog::Id<N>> id_of(const Call& call)
{
    const auto id = catalog::id_from<N>(call.path.front());
    if (!id) return std::unexpected{Refusal{no_such_object()}};
    return *id;
}

// The only way to a record of which one side is the caller's: by what its organisation has.
template <catalog::AnyRecord T>
catalog::Outcome<T> find_concerning(catalog::Draft& draft,
                                    const catalog::Act& act,
                                    catalog::Id<T::noun> id)
{
    const auto& own = act.organisation;
    const bool is_own = own && draft.has(catalog::Family::by_organisation,
                                         catalog::organisation_key(*own, T::noun, id.bits));
    auto record = is_own ? draft.find<T>(id) : std::nullopt;
    if (!record) return catalog::refuse(no_such_object());
    return *std::move(record);
}

// The ETag of a record at that revision.
std::string tag_of(std::uint64_t revision);

// 428 for a PATCH or a DELETE that does not say what its caller has seen; nothing is lost by
// trying.
std::optional<Refusal> unseen(const Call& call);

// What an If-Match of the request asks for; empty if it asks for nothing.
std::optional<std::string> expected_tag(const Call& call);
catalog::Refusal precondition_failed(std::uint64_t revision);

// Finds what a command is about, whoever asks.
template <catalog::AnyRecord T>
using Finding = std::function<std::optional<T>(catalog::Draft& draft)>;

// Carries out what changes a record that there is, if that is still as the caller saw it.
template <catalog::AnyRecord T>
Command<Shown> if_seen(const Call& call, Finding<T> find, Command<Shown> command)
{
    return [expected = expected_tag(call), find = std::move(find), command = std::move(command)](
               catalog::Draft& draft, const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto before = find(draft);
        auto done = command(draft, act);
        // Only now: what the caller may not see has been refused, and this undoes the rest.
        if (done && before && expected && *expected != tag_of(before->revision)) {
            return catalog::refuse(precondition_failed(before->revision));
        }
        return done;
    };
}

template <catalog::AnyRecord T>
Finding<T> by_id(catalog::Id<T::noun> id)
{
    return [id](catalog::Draft& draft) { return draft.find<T>(id); };
}

// The same, for a command that answers the record.
template <catalog::AnyRecord T>
Command<Shown> shown_by(const Call& call, Finding<T> find, Command<T> command)
{
    const Command<Shown> answer = [command = std::move(command)](
                                      catalog::Draft& draft,
                                      const catalog::Act& act) -> catalog::Outcome<Shown> {
        auto record = command(draft, act);
        if (!record) return catalog::refuse(std::move(record.error()));
        return shown(*record, act);
    };
    return if_seen(call, std::move(find), answer);
}

template <catalog::AnyRecord T>
Command<Shown> shown_by(const Call& call, catalog::Id<T::noun> id, Command<T> command)
{
    return shown_by(call, by_id<T>(id), std::move(command));
}

// The answer of a question or a command, with the revision of the catalog.
Response catalog_response(const Services& services,
                          boost::beast::http::status status,
                          const boost::json::value& body);

// 200 with the record and its ETag; 304 for a GET that has it already.
Response record_response(const Services& services, const Call& call, Shown shown);

// POST to a collection, for a command that makes a record of an input.
template <auto Make, class Input>
Handled create_record(Services& services, const Call& call)
{
    auto input = read_body<Input>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [input = *std::move(input)](
                                       catalog::Draft& draft,
                                       const catalog::Act& act) -> catalog::Outcome<Shown> {
        auto record = Make(draft, act, input);
        if (!record) return catalog::refuse(std::move(record.error()));
        auto made = shown(*record, act);
        made.created = true;
        return made;
    };
    co_return co_await carry_out(services, call, command);
}

// Why somebody says a verb: at most 1,000 bytes of one line.
void check_reason(const std::string& reason, Problems& problems);

// The body of a verb, or none: {"reason": "..."}, and what an input besides has.
template <std::derived_from<catalog::ReasonInput> T>
Answered<T> read_reasoned(const Call& call)
{
    auto input = read_body<T>(call);
    if (!input) return input;
    Problems problems;
    check_reason(input->reason, problems);
    if (!problems.empty()) return refuse(problems);
    return input;
}

Answered<std::string> read_reason(const Call& call);

// POST {}:verb, for a command that needs no more than its record and why.
template <auto Change, catalog::AnyRecord T>
Handled say(Services& services, const Call& call)
{
    const auto id = id_of<T::noun>(call);
    if (!id) co_return std::unexpected{id.error()};
    if (auto refused = unseen(call)) co_return refuse(*std::move(refused));
    auto reason = read_reason(call);
    if (!reason) co_return std::unexpected{reason.error()};
    const Command<T> command = [id = *id, reason = *std::move(reason)](catalog::Draft& draft,
                                                                       const catalog::Act& act) {
        draft.because(reason);
        return Change(draft, act, id, reason);
    };
    co_return co_await carry_out(services, call, shown_by<T>(call, *id, command));
}

// The same, for a command that is told its verb.
template <auto Change, catalog::Verb V, catalog::AnyRecord T>
Handled say_verb(Services& services, const Call& call)
{
    constexpr auto change = [](catalog::Draft& draft,
                               const catalog::Act& act,
                               catalog::Id<T::noun> id,
                               const std::string&) { return Change(draft, act, id, V); };
    return say<change, T>(services, call);
}

// PATCH {}, for a command that takes what is to change.
template <auto Change, class Input, catalog::AnyRecord T>
Handled change_record(Services& services, const Call& call)
{
    const auto id = id_of<T::noun>(call);
    if (!id) co_return std::unexpected{id.error()};
    if (auto refused = unseen(call)) co_return refuse(*std::move(refused));
    auto input = read_body<Input>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<T> command = [id = *id, input = *std::move(input)](catalog::Draft& draft,
                                                                     const catalog::Act& act) {
        return Change(draft, act, id, input);
    };
    co_return co_await carry_out(services, call, shown_by<T>(call, *id, command));
}

// The body as a merge patch (RFC 7396).
Answered<Document> read_patch_body(const Call& call);

// What it makes of what is known.
template <class T>
catalog::Outcome<T> patched(const T& known, const Document& patch)
{
    Problems problems;
    auto input = catalog::read_patch(known, patch, problems);
    if (!problems.empty()) return catalog::refuse(catalog::invalid(problems));
    return input;
}

// PATCH {}, for a command that takes all that may be changed: what that is now, `Known` says.
template <auto Change, auto Known, catalog::AnyRecord T>
Handled patch_record(Services& services, const Call& call)
{
    const auto id = id_of<T::noun>(call);
    if (!id) co_return std::unexpected{id.error()};
    if (auto refused = unseen(call)) co_return refuse(*std::move(refused));
    auto patch = read_patch_body(call);
    if (!patch) co_return std::unexpected{patch.error()};
    const Command<T> command = [id = *id, patch = *std::move(patch)](
                                   catalog::Draft& draft,
                                   const catalog::Act& act) -> catalog::Outcome<T> {
        const auto record = find_concerning<T>(draft, act, id);
        if (!record) return catalog::refuse(record.error());
        const auto input = patched(Known(*record), patch);
        if (!input) return catalog::refuse(input.error());
        return Change(draft, act, id, *input);
    };
    co_return co_await carry_out(services, call, shown_by<T>(call, *id, command));
}

// GET {}: a record that one side of is the caller's.
template <catalog::AnyRecord T, auto View = shown<T>>
Handled show_own(Services& services, const Call& call)
{
    const auto id = id_of<T::noun>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<Shown> question = [id = *id](catalog::Draft& draft,
                                               const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto record = find_concerning<T>(draft, act, id);
        if (!record) return catalog::refuse(record.error());
        return View(*record, act);
    };
    auto found = co_await glance(services, call, question);
    if (!found) co_return std::unexpected{found.error()};
    co_return record_response(services, call, *std::move(found));
}

}  // namespace strait::api
