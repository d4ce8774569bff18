#pragma once

#include "catalog/commands/limits.hpp"
#include "catalog/declared/apply.hpp"
#include "catalog/declared/exported.hpp"
#include "tests/catalog/some_exchange.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::catalog {

// acme declares returns, and on what conditions they are to be had.
struct DeclaringTest : ExchangeTest {
    static constexpr auto contract = R"({"kind": "Contract",
        "metadata": {"name": "orders-value", "labels": {"strait/apply": "sales"}},
        "spec": {"version": "2.0.0", "state": "active",
                 "schema": {"type": "json", "text": "{\"properties\": {\"id\": {}}}"}}})";
    static constexpr auto product_of_it = R"({"kind": "DataProduct",
        "metadata": {"organisation": "acme", "name": "returns", "labels": {"strait/apply": "sales"}},
        "spec": {"title": "Returns", "summary": "All of them", "domain": "retail",
                 "support": [{"purpose": "support", "address": "help@acme.example"}],
                 "versions": [{"version": "2.0.0", "state": "published",
                     "ports": [{"alias": "returns", "cluster": "oslo", "topic": "returns.v2",
                                "rights": ["consume"], "kinds": ["kafka_mirror"],
                                "format": "json", "contract": "orders-value@2.0.0"}]}]}})";
    static constexpr auto offer_of_it = R"({"kind": "Offer",
        "metadata": {"name": "returns-partner", "labels": {"strait/apply": "sales"}},
        "spec": {"product": "returns", "versions": "^2.0.0", "state": "published",
                 "terms": {"title": "Terms", "text": "Be nice.\n"},
                 "plan": {"kinds": ["kafka_mirror"], "rights": ["consume"]}}})";

    std::vector<std::string> all{offer_of_it, product_of_it, contract};
    ObservedTopics seen{{{oslo, "returns.v2"}, some_topic()}};

    static std::string listed(const std::vector<std::string>& documents)
    {
        std::string text;
        for (const auto& each : documents) text.append(text.empty() ? "[" : ", ").append(each);
        return text.empty() ? "[]" : text + "]";
    }

    static ClusterRules rules()
    {
        return {.split = [](const boost::json::object& security)
                    -> std::expected<ClusterRules::Security, Problems> {
                    ClusterRules::Security split{.open = security, .secrets = {}};
                    if (const auto* const password = security.if_contains("password")) {
                        split.secrets.emplace("password",
                                              Secret{std::string{password->as_string()}});
                        split.open.erase("password");
                    }
                    return split;
                },
                .check_addresses =
                    [](const std::vector<std::string>& addresses) {
                        Problems problems;
                        for (const auto& each : addresses) {
                            if (each.starts_with("10.")) reject(problems, "/bootstrap", "public");
                        }
                        return problems;
                    }};
    }

    static std::vector<Declaration> read(const std::string& documents, Problems& problems)
    {
        const auto body = parse_json(R"({"documents": )" + documents + "}", "body", problems);
        ObjectReader reader{body, "", problems};
        return read_declarations(reader);
    }

    Wanted wanted(const std::string& documents, bool prune = false) const
    {
        Problems problems;
        Wanted wanted{.declarations = read(documents, problems),
                      .prune = prune,
                      .rules = rules(),
                      .observed = seen};
        EXPECT_TRUE(problems.empty()) << problems.text();
        return wanted;
    }

    Outcome<Applied> apply(const Act& act, const std::string& documents, bool prune = false)
    {
        return catalog.execute([&](Draft& draft) {
            return strait::catalog::apply(draft, act, wanted(documents, prune));
        });
    }

    // "create Offer returns-partner", and below it what changes.
    static std::vector<std::string> lines_of(const Outcome<Applied>& applied)
    {
        std::vector<std::string> lines;
        if (!applied) return {applied.error().detail};
        for (const auto& each : applied->changes) {
            lines.push_back(std::string{to_string(each.change)} + " " + each.kind + " " +
                            each.name);
            for (const auto& field : each.fields) {
                lines.push_back(field.path + ": " + field.before.value_or("-") + " -> " +
                                field.after.value_or("-"));
            }
        }
        return lines;
    }

    std::string exported(const Act& act)
    {
        Draft draft{catalog.reader(), 0, catalog.now};
        const auto documents = export_all(draft, act);
        EXPECT_TRUE(documents);
        return documents ? boost::json::serialize(*documents) : "";
    }

    std::vector<std::string> faults_of(const std::string& documents)
    {
        Problems problems;
        read(documents, problems);
        if (problems.empty()) {
            const auto applied = apply(acme, documents);
            if (applied) return {};
            for (const auto& each : applied.error().problems) problems.add(each);
        }
        std::vector<std::string> faults;
        for (const auto& each : problems.list()) faults.push_back(each.pointer + ": " + each.code);
        return faults;
    }
};

using Lines = std::vector<std::string>;

}  // namespace strait::catalog
