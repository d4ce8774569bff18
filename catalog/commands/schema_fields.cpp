#include "catalog/commands/schema_fields.hpp"

#include "core/document.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace strait::catalog {

namespace {

namespace json = boost::json;

constexpr std::size_t depth_max = 64;

std::string below(const std::string& path, std::string_view name)
{
    return path.empty() ? std::string{name} : path + "." + std::string{name};
}

// Walks one schema; ends at the first thing that is wrong. As deep as its text, which is bounded.
class SchemaWalk {
  public:
    SchemaWalk(std::string pointer, std::size_t count_max)
        : pointer_{std::move(pointer)}, count_max_{count_max}
    {
    }

    void json_schema(const json::value& schema, const std::string& path, const std::string& at)
    {
        if (schema.is_bool()) return;
        const auto* const object = schema.if_object();
        if (object == nullptr) return fail(at, "a schema is an object, true or false");
        if (const auto* const properties = object->if_contains("properties")) {
            members(*properties, path, pointer_to(at, "properties"));
        }
        for (const auto* const name : {"items", "additionalProperties"}) {
            const auto* const inner = object->if_contains(name);
            // Before 2020-12 `items` may be a list.
            if (inner == nullptr) continue;
            if (inner->is_array()) {
                each_of(*inner, path, pointer_to(at, name));
            } else {
                json_schema(*inner, path, pointer_to(at, name));
            }
        }
        for (const auto* const name : {"prefixItems", "allOf", "anyOf", "oneOf"}) {
            const auto* const inner = object->if_contains(name);
            if (inner != nullptr) each_of(*inner, path, pointer_to(at, name));
        }
    }

    void avro(const json::value& type, const std::string& path, const std::string& at)
    {
        if (const auto* const name = type.if_string()) {
            if (name->empty()) fail(at, "the name of a type");
            return;
        }
        if (const auto* const branches = type.if_array()) {
            for (std::size_t i = 0; i < branches->size(); ++i) {
                avro((*branches)[i], path, pointer_to(at, std::to_string(i)));
            }
            return;
        }
        const auto* const object = type.if_object();
        const auto* const kind = object == nullptr ? nullptr : object->if_contains("type");
        if (kind == nullptr)
            return fail(at, "a type is a name, a list, or an object with \"type\"");
        if (*kind == "record" || *kind == "error") return record(*object, path, at);
        for (const auto& [name, member] :
             {std::pair{"array", "items"}, std::pair{"map", "values"}}) {
            if (*kind != name) continue;
            const auto* const inner = object->if_contains(member);
            if (inner == nullptr) return fail(at, std::string{"\""} + member + "\" is missing");
            return avro(*inner, path, pointer_to(at, member));
        }
        avro(*kind, path, pointer_to(at, "type"));
    }

    Outcome<std::set<std::string>> take() &&
    {
        if (refusal_) return refuse(*std::move(refusal_));
        return std::move(paths_);
    }

    void fail(const std::string& at, const std::string& text)
    {
        if (refusal_) return;
        const auto where = at.empty() ? text : at + ": " + text;
        refusal_ = Refusal{.code = RefusalCode::schema_invalid,
                           .detail = pointer_ + ": " + where,
                           .problems = {{"body", pointer_, "schema_invalid", where}}};
    }

  private:
    void members(const json::value& properties, const std::string& path, const std::string& at)
    {
        const auto* const object = properties.if_object();
        if (object == nullptr) return fail(at, "an object");
        for (const auto& [name, schema] : *object) {
            const auto inner = below(path, name);
            if (!add(inner, at)) return;
            json_schema(schema, inner, pointer_to(at, name));
        }
    }

    void each_of(const json::value& schemas, const std::string& path, const std::string& at)
    {
        const auto* const list = schemas.if_array();
        if (list == nullptr) return fail(at, "a list");
        for (std::size_t i = 0; i < list->size(); ++i) {
            json_schema((*list)[i], path, pointer_to(at, std::to_string(i)));
        }
    }

    void record(const json::object& record, const std::string& path, const std::string& at)
    {
        const auto* const name = record.if_contains("name");
        if (name == nullptr || !name->is_string()) return fail(at, "a record has a \"name\"");
        const auto* const fields = record.if_contains("fields");
        const auto* const list = fields == nullptr ? nullptr : fields->if_array();
        if (list == nullptr) return fail(at, "a record has a list of \"fields\"");
        for (std::size_t i = 0; i < list->size(); ++i) {
            const auto place = pointer_to(pointer_to(at, "fields"), std::to_string(i));
            const auto* const field = (*list)[i].if_object();
            const auto* const called = field == nullptr ? nullptr : field->if_contains("name");
            const auto* const type = field == nullptr ? nullptr : field->if_contains("type");
            if (called == nullptr || !called->is_string() || type == nullptr) {
                return fail(place, "a field has a \"name\" and a \"type\"");
            }
            const auto inner = below(path, called->get_string());
            if (!add(inner, place)) return;
            avro(*type, inner, pointer_to(place, "type"));
        }
    }

    bool add(const std::string& path, const std::string& at)
    {
        if (path.size() > field_path_size_max) {
            fail(at, "a path of more than " + std::to_string(field_path_size_max) + " bytes");
            return false;
        }
        paths_.insert(path);
        if (paths_.size() <= count_max_) return true;
        fail(at, "more than " + std::to_string(count_max_) + " fields");
        return false;
    }

    std::string pointer_;
    std::size_t count_max_;
    std::set<std::string> paths_;
    std::optional<Refusal> refusal_;
};

}  // namespace

Outcome<std::set<std::string>> fields_of(SchemaType type,
                                         std::string_view text,
                                         std::string_view pointer,
                                         std::size_t count_max)
{
    if (type == SchemaType::protobuf) return std::set<std::string>{};
    SchemaWalk walk{std::string{pointer}, count_max};
    boost::system::error_code wrong;
    const auto schema = json::parse(text, wrong, {}, json::parse_options{.max_depth = depth_max});
    if (wrong) {
        walk.fail("", "no JSON: " + wrong.message());
    } else if (type == SchemaType::json) {
        walk.json_schema(schema, "", "");
    } else {
        walk.avro(schema, "", "");
    }
    return std::move(walk).take();
}

}  // namespace strait::catalog
