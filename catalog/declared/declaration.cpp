#include "catalog/declared/declaration.hpp"

#include "catalog/commands/limits.hpp"

#include <boost/mp11/algorithm.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace strait::catalog {

namespace {

constexpr auto no_kind = kind_words.size();

std::size_t read_kind(ObjectReader& reader)
{
    const auto word = reader.required<std::string>("kind");
    const auto* const found = std::ranges::find(kind_words, word);
    if (found == kind_words.end() && !word.empty()) {
        std::string known;
        for (const auto each : kind_words) known.append(known.empty() ? "" : ", ").append(each);
        reader.reject("kind", "out_of_range", in_quotes(word) + " is not one of " + known);
    }
    return static_cast<std::size_t>(found - kind_words.begin());
}

void read_labels(ObjectReader& metadata, Labels& labels)
{
    metadata.scalars(
        "labels", [&](const std::string& key, const std::string& value, const Spot& spot) {
            check_text(spot.pointer, key, label_key_size_max, metadata.problems());
            if (!value.empty()) {
                check_text(spot.pointer, value, label_value_size_max, metadata.problems());
            }
            labels.emplace(key, value);
        });
    if (labels.size() > labels_max) {
        metadata.reject("labels", "out_of_range", "at most " + std::to_string(labels_max));
    }
}

void read_metadata(ObjectReader& reader, Declaration& declaration)
{
    reader.required_object("metadata", [&](ObjectReader& metadata) {
        declaration.name = metadata.required<std::string>("name");
        declaration.organisation = metadata.optional<std::string>("organisation", {});
        read_labels(metadata, declaration.labels);
    });
}

void read_spec(ObjectReader& reader, std::size_t kind, Spec& to)
{
    boost::mp11::mp_with_index<kind_words.size()>(kind, [&](auto index) {
        auto& spec = to.emplace<index>();
        reader.required_object("spec", [&](ObjectReader& in) { read_input(in, spec); });
    });
}

// Two versions of a product in one file are one version said twice.
void check_versions(const Declaration& declaration, Problems& problems)
{
    const auto* const product = std::get_if<ProductSpec>(&declaration.spec);
    if (product == nullptr) return;
    std::set<Semver> seen;
    for (std::size_t i = 0; i < product->versions.size(); ++i) {
        const auto& version = product->versions[i].version;
        if (seen.insert(version).second) continue;
        problems.add({"body",
                      declaration.pointer + "/spec/versions/" + std::to_string(i) + "/version",
                      "duplicate",
                      to_string(version) + " is declared twice"});
    }
}

}  // namespace

std::string full_name(const Declaration& declaration)
{
    const auto* const contract = std::get_if<ContractSpec>(&declaration.spec);
    if (contract == nullptr) return declaration.name;
    return declaration.name + "@" + to_string(contract->version);
}

std::vector<Declaration> read_declarations(ObjectReader& body)
{
    std::array<std::vector<Declaration>, no_kind> by_kind;
    std::set<std::pair<std::size_t, std::string>> seen;
    std::size_t count = 0;
    body.expect("documents");
    body.list("documents", [&](ObjectReader& reader) {
        if (++count > declarations_max) {
            for (const auto* const member : {"kind", "metadata", "spec"}) {
                static_cast<void>(reader.has(member));
            }
            return;
        }
        Declaration declaration;
        declaration.pointer = reader.spot("").pointer;
        const auto kind = read_kind(reader);
        read_metadata(reader, declaration);
        if (kind == no_kind) {
            static_cast<void>(reader.has("spec"));  // nobody knows what belongs there
            return;
        }
        read_spec(reader, kind, declaration.spec);
        check_versions(declaration, reader.problems());
        const auto name = full_name(declaration);
        if (!name.empty() && !seen.emplace(kind, name).second) {
            reader.reject("metadata", "duplicate", in_quotes(name) + " is declared twice");
        }
        by_kind.at(kind).push_back(std::move(declaration));
    });
    if (count > declarations_max) {
        body.reject("documents",
                    "too_large",
                    "at most " + std::to_string(declarations_max) + " of them at once");
    }
    std::vector<Declaration> declarations;
    for (auto& of_kind : by_kind) std::ranges::move(of_kind, std::back_inserter(declarations));
    return declarations;
}

}  // namespace strait::catalog
