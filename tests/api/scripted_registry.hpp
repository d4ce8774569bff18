#pragma once

#include "links/link_registry.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strait::testing {

// A registry of one link that answers what it is told to, and keeps what it was asked.
struct ScriptedRegistry final : links::LinkRegistry {
    using Answer = links::Registered<links::LinkEdit>;

    links::RegisteredLink link;
    std::optional<links::LinkRefusal> refusal;
    std::vector<std::string> asked;  // "change eu {...} dry"

    [[nodiscard]] Result<links::RegisteredLink> find(LinkName name) const override
    {
        if (name != link.config.name) return fail(Errc::not_found, "no link " + name.value());
        return link;
    }

    boost::asio::awaitable<Answer> create(Document body, links::EditOptions options) override
    {
        co_return answer("create " + json_of(body), options, link);
    }

    boost::asio::awaitable<Answer> change(LinkName name,
                                          Document patch,
                                          links::EditOptions options) override
    {
        co_return answer("change " + name.value() + " " + json_of(patch), options, link);
    }

    boost::asio::awaitable<Answer> remove(LinkName name, links::EditOptions options) override
    {
        co_return answer("remove " + name.value(), options, std::nullopt);
    }

  private:
    Answer answer(std::string what,
                  links::EditOptions options,
                  std::optional<links::RegisteredLink> left)
    {
        asked.push_back(std::move(what) + (options.dry_run ? " dry" : ""));
        if (refusal) return std::unexpected{*refusal};
        return links::LinkEdit{
            {{link.config.name, links::LinkChange::Kind::adapted, {"topics.include"}}},
            {},
            std::move(left)};
    }
};

}  // namespace strait::testing
