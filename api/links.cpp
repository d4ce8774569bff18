#include "api/handler.hpp"
#include "api/link_documents.hpp"
#include "api/partition_reader.hpp"
#include "api/response.hpp"
#include "core/object_reader.hpp"

#include <boost/json/value_from.hpp>

#include <array>
#include <string>
#include <utility>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

struct Question {
    links::Direction direction = links::Direction::forward;
    std::vector<links::Position> positions;
};

links::Direction read_direction(ObjectReader& reader)
{
    const auto word = reader.required<std::string>("direction");
    for (const auto direction : {links::Direction::forward, links::Direction::inverse}) {
        if (word == to_string(direction)) return direction;
    }
    if (!word.empty()) reader.reject("direction", "out_of_range", "forward or inverse");
    return links::Direction::forward;
}

links::Position read_position(ObjectReader& reader)
{
    auto at = read_partition(reader);
    return {std::move(at.topic), at.partition, Offset{read_count(reader, "offset")}};
}

Question read_question(const Document& body, Problems& problems)
{
    Question question;
    ObjectReader reader{body, "", problems};
    question.direction = read_direction(reader);
    reader.list("positions", [&](ObjectReader& position) {
        question.positions.push_back(read_position(position));
    });
    const auto count = question.positions.size();
    if (count == 0 || count > links::LinkDirectory::positions_max) {
        reader.reject("positions", "out_of_range", "1 to 10000");
    }
    return question;
}

}  // namespace

Handled list_links(Services& services, const Call&)
{
    ItemsDocument<LinkDocument> list;
    for (const auto& link : co_await services.links.list()) list.items.push_back(document_of(link));
    co_return json(http::status::ok, boost::json::value_from(list));
}

Handled show_link(Services& services, const Call& call)
{
    const auto link = co_await services.links.status(LinkName{call.path.front()});
    if (!link) co_return refuse(link.error());
    co_return json(http::status::ok, boost::json::value_from(status_document_of(*link)));
}

Handled list_gaps(Services& services, const Call& call)
{
    const auto gaps = co_await services.links.gaps(LinkName{call.path.front()});
    if (!gaps) co_return refuse(gaps.error());
    ItemsDocument<GapDocument> list;
    for (const auto& gap : *gaps) list.items.push_back(document_of(gap));
    co_return json(http::status::ok, boost::json::value_from(list));
}

Handled translate_offsets(Services& services, const Call& call)
{
    Problems problems;
    const auto body = parse_json(call.request.body(), "body", problems);
    auto question = read_question(body, problems);
    if (!problems.empty()) co_return refuse(problems);

    const auto answers = co_await services.links.translate(
        LinkName{call.path.front()}, question.direction, std::move(question.positions));
    if (!answers) co_return refuse(answers.error());
    TranslatedPositionsDocument translated;
    for (const auto& one : *answers) translated.positions.push_back(document_of(one));
    co_return json(http::status::ok, boost::json::value_from(translated));
}

}  // namespace strait::api
