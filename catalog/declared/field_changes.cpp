#include "catalog/declared/field_changes.hpp"

#include "core/document.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <string_view>

namespace strait::catalog {

namespace json = boost::json;

namespace {

// Members by which one item of a list is told from the others.
constexpr std::array<std::string_view, 5> names{"version", "alias", "path", "name", "purpose"};

// The items by that name; empty if they do not all have one of their own.
std::optional<json::object> by_name(const json::array& items, std::string_view name)
{
    json::object named;
    for (const auto& item : items) {
        const auto* const object = item.if_object();
        const auto* const value = object == nullptr ? nullptr : object->if_contains(name);
        if (value == nullptr || !value->is_string()) return std::nullopt;
        if (!named.emplace(value->get_string(), item).second) return std::nullopt;
    }
    return named;
}

std::string shown(const json::value& value)
{
    auto text = value.is_string() ? std::string{value.get_string()} : json::serialize(value);
    if (text.size() <= shown_value_size_max && !text.contains('\n')) return text;
    return in_quotes(text) + " (" + std::to_string(text.size()) + " bytes)";
}

class Comparison {
  public:
    void compare(const std::string& path, const json::value* before, const json::value* after)
    {
        if (before != nullptr && after != nullptr) {
            if (*before == *after) return;
            if (before->is_object() && after->is_object()) {
                return compare_members(path, before->get_object(), after->get_object());
            }
            if (before->is_array() && after->is_array() &&
                compare_items(path, before->get_array(), after->get_array())) {
                return;
            }
        }
        FieldChange change{.path = path, .before = {}, .after = {}};
        if (before != nullptr) change.before = shown(*before);
        if (after != nullptr) change.after = shown(*after);
        changes.push_back(std::move(change));
    }

    std::vector<FieldChange> changes;

  private:
    void compare_members(const std::string& path,
                         const json::object& before,
                         const json::object& after)
    {
        const auto prefix = path.empty() ? std::string{} : path + "/";
        for (const auto& [name, value] : before) {
            compare(prefix + std::string{name}, &value, after.if_contains(name));
        }
        for (const auto& [name, value] : after) {
            if (!before.contains(name)) compare(prefix + std::string{name}, nullptr, &value);
        }
    }

    bool compare_items(const std::string& path, const json::array& before, const json::array& after)
    {
        if (before.empty() && after.empty()) return false;
        for (const auto name : names) {
            const auto one = by_name(before, name);
            const auto other = by_name(after, name);
            if (!one || !other) continue;
            const auto count = changes.size();
            compare_members(path, *one, *other);
            return changes.size() > count;  // else only their order is another
        }
        return false;
    }
};

}  // namespace

std::vector<FieldChange> field_changes(const json::value& before, const json::value& after)
{
    Comparison comparison;
    comparison.compare("", &before, &after);
    return std::move(comparison.changes);
}

}  // namespace strait::catalog
