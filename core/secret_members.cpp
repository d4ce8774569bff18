#include "core/secret_members.hpp"

#include <utility>

namespace strait {

SecretMembers::SecretMembers(ObjectReader& reader, const SecretSource& source)
    : SecretMembers{reader, &source}
{
}

SecretMembers::SecretMembers(ObjectReader& reader, const SecretSource* source)
    : reader_{reader}, source_{source}
{
}

std::vector<std::string> SecretMembers::ways(const std::string& name) const
{
    if (inlined()) return {name};
    return {name + "_file", name + "_env"};
}

std::optional<std::string> SecretMembers::given(const std::string& name)
{
    for (auto& way : ways(name)) {
        if (reader_.has(way) && !reader_.has_text(way, "")) return std::move(way);
    }
    return std::nullopt;
}

Secret SecretMembers::secret(const std::string& name)
{
    if (inlined()) {
        if (!reader_.has(name)) return {};
        auto text = reader_.optional<std::string>(name, "");
        const bool misfit = text.empty() && !reader_.has_text(name, "");
        return misfit ? Secret{} : Secret{checked(name, std::move(text))};
    }
    const auto in_file = name + "_file";
    const auto in_variable = name + "_env";
    const auto path = reader_.optional<std::string>(in_file, "");
    const auto variable = reader_.optional<std::string>(in_variable, "");
    if (!path.empty() && !variable.empty()) {
        reader_.reject(in_variable, "duplicate_key", in_quotes(in_file) + " is given as well");
    }
    if (!path.empty()) return Secret{content(in_file, source_->resolve(path), true)};
    if (!variable.empty()) return from_variable(in_variable, variable);
    return {};
}

std::string SecretMembers::path(const std::string& name, bool is_private)
{
    const auto path = reader_.optional<std::string>(name, "");
    if (path.empty()) return "";
    auto absolute = source_->resolve(path);
    content(name, absolute, is_private);
    return absolute;
}

std::string SecretMembers::text(const std::string& name, bool is_private)
{
    const auto path = reader_.optional<std::string>(name, "");
    return path.empty() ? "" : content(name, source_->resolve(path), is_private);
}

std::string SecretMembers::content(const std::string& name,
                                   const std::string& path,
                                   bool is_private)
{
    auto file = source_->file(path);
    if (!file) {
        reader_.reject(name,
                       "secret_missing",
                       "cannot read " + in_quotes(path) + ": " + file.error().detail());
        return "";
    }
    if (is_private && file->open_to_others) {
        reader_.reject(name,
                       "secret_file_open",
                       "others may read or change " + in_quotes(path) + ": chmod 600 it");
    }
    return checked(name, std::move(file->content));
}

Secret SecretMembers::from_variable(const std::string& name, const std::string& variable)
{
    const bool legal =
        variable.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789_") == std::string::npos;
    if (!legal) {  // it may be the secret itself, so it is not repeated
        reader_.reject(name, "bad_name", "not the name of an environment variable");
        return {};
    }
    const auto value = source_->variable(variable);
    if (value) return Secret{checked(name, *value)};
    reader_.reject(
        name, "secret_missing", "the environment has no variable " + in_quotes(variable));
    return {};
}

// Without the end of line that editors add.
std::string SecretMembers::checked(const std::string& name, std::string content)
{
    if (content.ends_with('\n')) content.pop_back();
    if (content.ends_with('\r')) content.pop_back();
    if (content.empty()) reader_.reject(name, "secret_missing", "it is empty");
    if (content.contains('\0')) reader_.reject(name, "wrong_type", "it contains a zero byte");
    return content;
}

}  // namespace strait
