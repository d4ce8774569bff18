#include "exchange/client/declared_files.hpp"

#include "core/object_reader.hpp"
#include "core/secret_members.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <utility>

namespace strait::exchange {

namespace {

using Kind = Document::Kind;

Document* find_member(Document& object, std::string_view name)
{
    const auto found = std::ranges::find(object.members, name, &Document::Member::name);
    return found == object.members.end() ? nullptr : &found->value;
}

Document text_at(const std::string& place, std::string text)
{
    Document document;
    document.kind = Kind::text;
    document.place = place;
    document.scalar = std::move(text);
    return document;
}

// Beside the YAML or below it: a file that came from elsewhere shall not pick others of this
// machine.
bool is_beside(const std::string& name)
{
    const std::filesystem::path path{name};
    return !name.empty() && path.is_relative() &&
           std::ranges::none_of(path, [](const auto& part) { return part == ".."; });
}

class Inserting {
  public:
    Inserting(const SecretSource& source, Problems& problems) : source_{source}, problems_{problems}
    {
    }

    void go_through(Document& document)
    {
        auto* const spec = find_member(document, "spec");
        if (spec == nullptr) return;
        for (const auto* const name : {"schema", "key_schema", "terms"}) {
            auto* const member = find_member(*spec, name);
            if (member == nullptr) continue;
            insert_text(*member, std::string{"/spec/"} + name);
            auto* const references = find_member(*member, "references");
            if (references == nullptr) continue;
            for (auto& each : references->items) {
                insert_text(each, std::string{"/spec/"} + name + "/references");
            }
        }
        if (auto* const security = find_member(*spec, "security")) insert_secrets(*security);
    }

  private:
    // `file` as `text`.
    void insert_text(Document& object, const std::string& pointer)
    {
        const auto member = std::ranges::find(object.members, "file", &Document::Member::name);
        if (member == object.members.end()) return;
        const Spot spot{member->value.place, pointer + "/file"};
        const auto& name = member->value.scalar;
        if (find_member(object, "text") != nullptr) {
            problems_.add(spot, "duplicate_key", "'text' is given as well");
        } else if (!is_beside(name)) {
            problems_.add(spot, "out_of_range", in_quotes(name) + " is no file beside this one");
        } else if (auto file = source_.file(source_.resolve(name)); !file) {
            problems_.add(
                spot, "missing", "cannot read " + in_quotes(name) + ": " + file.error().detail());
        } else {
            member->name = "text";
            member->value = text_at(member->value.place, std::move(file->content));
        }
    }

    void insert_secrets(Document& security)
    {
        for (const auto* const name : {"sasl", "tls"}) {
            if (auto* const object = find_member(security, name)) {
                insert_secrets(*object, std::string{"/spec/security/"} + name);
            }
        }
    }

    // `password_file` and `password_env` as `password`.
    void insert_secrets(Document& object, const std::string& pointer)
    {
        constexpr std::array<const char*, 3> secrets{"password", "key", "key_password"};
        constexpr std::array<const char*, 2> texts{"ca", "cert"};
        std::vector<Document::Member> inserted;
        {
            ObjectReader reader{object, pointer, problems_};
            SecretMembers members{reader, source_};
            for (const auto* const name : secrets) {
                if (reader.has(name)) {
                    reader.reject(name,
                                  "secret_inline",
                                  "say " + std::string{name} + "_file or " + name + "_env");
                }
                const auto given = members.given(name);
                if (!given) continue;
                auto secret = members.secret(name).reveal();
                inserted.push_back(
                    {name, reader.spot(*given).place, text_at(reader.spot(*given).place, secret)});
            }
            for (const auto* const name : texts) {
                const auto in_file = std::string{name} + "_file";
                if (!reader.has(in_file)) continue;
                auto text = members.text(in_file, false);
                const auto place = reader.spot(in_file).place;
                inserted.push_back({name, place, text_at(place, std::move(text))});
            }
            // What else there is, is for the door to say.
            for (const auto& member : object.members) static_cast<void>(reader.has(member.name));
        }
        std::erase_if(object.members, [](const Document::Member& member) {
            return member.name.ends_with("_file") || member.name.ends_with("_env");
        });
        std::ranges::move(inserted, std::back_inserter(object.members));
    }

    const SecretSource& source_;
    Problems& problems_;
};

}  // namespace

void DeclaredFiles::add(const std::string& text,
                        const std::string& name,
                        const SecretSource& source,
                        Problems& problems)
{
    Inserting inserting{source, problems};
    for (auto& document : parse_yaml_stream(text, name, declared_bytes_max, problems)) {
        if (document.kind == Kind::null) continue;  // between two "---"
        if (document.kind != Kind::object) {
            problems.add({document.place, "", "wrong_type", "a document has kind, metadata, spec"});
            continue;
        }
        inserting.go_through(document);
        documents_.push_back(std::move(document));
    }
}

boost::json::array DeclaredFiles::documents() const
{
    boost::json::array all;
    for (const auto& each : documents_) all.push_back(boost::json::parse(json_of(each)));
    return all;
}

std::string DeclaredFiles::place_of(std::string_view pointer) const
{
    constexpr std::string_view prefix = "/documents/";
    if (!pointer.starts_with(prefix)) return {};
    pointer.remove_prefix(prefix.size());
    std::size_t place = 0;
    const auto [end, failure] =
        std::from_chars(pointer.data(), pointer.data() + pointer.size(), place);
    if (failure != std::errc{} || place >= documents_.size()) return {};
    pointer.remove_prefix(static_cast<std::size_t>(end - pointer.data()));
    return nearest_to(documents_[place], pointer).place;
}

}  // namespace strait::exchange
