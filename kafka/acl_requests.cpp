#include "kafka/acl_requests.hpp"

#include "kafka/error.hpp"

#include <array>
#include <cassert>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace strait::kafka {

namespace {

// librdkafka has one type for an ACL and for a filter that finds it.
using BindingHandle =
    std::unique_ptr<rd_kafka_AclBinding_t, Destroyer<rd_kafka_AclBinding_destroy>>;
using Reason = std::array<char, 512>;

constexpr std::string_view to_describe = "DESCRIBE";
constexpr std::string_view to_change = "ALTER";

// The numbers of our enumerations are those of the protocol, which librdkafka has as well.
template <class Theirs, class Ours>
Theirs theirs(Ours ours)
{
    return static_cast<Theirs>(std::to_underlying(ours));
}

Result<BindingHandle> binding_of(const Acl& acl, decltype(rd_kafka_AclBinding_new)* make)
{
    Reason reason{};
    BindingHandle binding{make(theirs<rd_kafka_ResourceType_t>(acl.resource),
                               acl.name.c_str(),
                               theirs<rd_kafka_ResourcePatternType_t>(acl.pattern),
                               acl.principal.c_str(),
                               acl.host.c_str(),
                               theirs<rd_kafka_AclOperation_t>(acl.operation),
                               theirs<rd_kafka_AclPermissionType_t>(acl.permission),
                               reason.data(),
                               reason.size())};
    if (!binding) return fail(Errc::invalid_argument, to_string(acl) + ": " + reason.data());
    return binding;
}

Result<std::vector<BindingHandle>> bindings_of(const std::vector<Acl>& acls,
                                               decltype(rd_kafka_AclBinding_new)* make)
{
    std::vector<BindingHandle> bindings;
    bindings.reserve(acls.size());
    for (const auto& acl : acls) {
        auto binding = binding_of(acl, make);
        if (!binding) return fail(binding.error());
        bindings.push_back(*std::move(binding));
    }
    return bindings;
}

std::vector<rd_kafka_AclBinding_t*> pointers_to(const std::vector<BindingHandle>& bindings)
{
    std::vector<rd_kafka_AclBinding_t*> pointers;
    pointers.reserve(bindings.size());
    for (const auto& binding : bindings) pointers.push_back(binding.get());
    return pointers;
}

std::optional<Acl> to_acl(const rd_kafka_AclBinding_t& binding)
{
    const auto resource = rd_kafka_AclBinding_restype(&binding);
    const auto pattern = rd_kafka_AclBinding_resource_pattern_type(&binding);
    const auto operation = rd_kafka_AclBinding_operation(&binding);
    const auto permission = rd_kafka_AclBinding_permission_type(&binding);
    const bool known =
        (resource == RD_KAFKA_RESOURCE_TOPIC || resource == RD_KAFKA_RESOURCE_GROUP) &&
        (pattern == RD_KAFKA_RESOURCE_PATTERN_LITERAL ||
         pattern == RD_KAFKA_RESOURCE_PATTERN_PREFIXED) &&
        operation >= RD_KAFKA_ACL_OPERATION_ALL &&
        operation <= RD_KAFKA_ACL_OPERATION_IDEMPOTENT_WRITE &&
        (permission == RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW ||
         permission == RD_KAFKA_ACL_PERMISSION_TYPE_DENY);
    if (!known) return std::nullopt;
    return Acl{.resource = static_cast<AclResource>(resource),
               .name = rd_kafka_AclBinding_name(&binding),
               .pattern = static_cast<AclPattern>(pattern),
               .principal = rd_kafka_AclBinding_principal(&binding),
               .host = rd_kafka_AclBinding_host(&binding),
               .operation = static_cast<AclOperation>(operation),
               .permission = static_cast<AclPermission>(permission)};
}

Result<void> result_of(const rd_kafka_error_t* error)
{
    const auto code = rd_kafka_error_code(error);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return fail(translated(code, rd_kafka_error_string(error), to_change));
}

static_assert(std::to_underlying(AclResource::group) == RD_KAFKA_RESOURCE_GROUP);
static_assert(std::to_underlying(AclPattern::prefixed) == RD_KAFKA_RESOURCE_PATTERN_PREFIXED);
static_assert(std::to_underlying(AclOperation::remove) == RD_KAFKA_ACL_OPERATION_DELETE);
static_assert(std::to_underlying(AclOperation::idempotent_write) ==
              RD_KAFKA_ACL_OPERATION_IDEMPOTENT_WRITE);
static_assert(std::to_underlying(AclPermission::allow) == RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW);

}  // namespace

std::string_view to_string(AclResource resource) noexcept
{
    switch (resource) {
        case AclResource::topic: return "TOPIC";
        case AclResource::group: return "GROUP";
    }
    std::unreachable();
}

std::string_view to_string(AclOperation operation) noexcept
{
    switch (operation) {
        case AclOperation::all: return "ALL";
        case AclOperation::read: return "READ";
        case AclOperation::write: return "WRITE";
        case AclOperation::create: return "CREATE";
        case AclOperation::remove: return "DELETE";
        case AclOperation::alter: return "ALTER";
        case AclOperation::describe: return "DESCRIBE";
        case AclOperation::cluster_action: return "CLUSTER_ACTION";
        case AclOperation::describe_configs: return "DESCRIBE_CONFIGS";
        case AclOperation::alter_configs: return "ALTER_CONFIGS";
        case AclOperation::idempotent_write: return "IDEMPOTENT_WRITE";
    }
    std::unreachable();
}

std::string_view to_string(AclPermission permission) noexcept
{
    switch (permission) {
        case AclPermission::deny: return "DENY";
        case AclPermission::allow: return "ALLOW";
    }
    std::unreachable();
}

std::string to_string(const Acl& acl)
{
    std::string text{to_string(acl.permission)};
    text.append(" ")
        .append(to_string(acl.operation))
        .append(" on ")
        .append(to_string(acl.resource));
    text.append(" ").append(acl.name);
    if (acl.pattern == AclPattern::prefixed) text.append("*");
    return text.append(" for ").append(acl.principal).append(" from ").append(acl.host);
}

AdminRequest describe_acls_request(AclResource resource)
{
    Reason reason{};
    BindingHandle filter{rd_kafka_AclBindingFilter_new(theirs<rd_kafka_ResourceType_t>(resource),
                                                       nullptr,
                                                       RD_KAFKA_RESOURCE_PATTERN_ANY,
                                                       nullptr,
                                                       nullptr,
                                                       RD_KAFKA_ACL_OPERATION_ANY,
                                                       RD_KAFKA_ACL_PERMISSION_TYPE_ANY,
                                                       reason.data(),
                                                       reason.size())};
    assert(filter);  // nothing in it comes from outside
    return {.op = RD_KAFKA_ADMIN_OP_DESCRIBEACLS,
            .send =
                [filter = std::move(filter)](auto* client, const auto* options, auto* queue) {
                    rd_kafka_DescribeAcls(client, filter.get(), options, queue);
                },
            .right = to_describe};
}

Result<AdminRequest> create_acls_request(const std::vector<Acl>& acls)
{
    auto bindings = bindings_of(acls, rd_kafka_AclBinding_new);
    if (!bindings) return fail(bindings.error());
    return AdminRequest{
        .op = RD_KAFKA_ADMIN_OP_CREATEACLS,
        .send =
            [bindings = *std::move(bindings)](auto* client, const auto* options, auto* queue) {
                auto list = pointers_to(bindings);
                rd_kafka_CreateAcls(client, list.data(), list.size(), options, queue);
            },
        .right = to_change};
}

Result<AdminRequest> delete_acls_request(const std::vector<Acl>& acls)
{
    auto filters = bindings_of(acls, rd_kafka_AclBindingFilter_new);
    if (!filters) return fail(filters.error());
    return AdminRequest{
        .op = RD_KAFKA_ADMIN_OP_DELETEACLS,
        .send =
            [filters = *std::move(filters)](auto* client, const auto* options, auto* queue) {
                auto list = pointers_to(filters);
                rd_kafka_DeleteAcls(client, list.data(), list.size(), options, queue);
            },
        .right = to_change};
}

std::vector<Acl> acls_in(const rd_kafka_event_t& answer)
{
    std::size_t count = 0;
    const auto* const* const bindings = rd_kafka_DescribeAcls_result_acls(&answer, &count);
    std::vector<Acl> acls;
    acls.reserve(count);
    for (const auto* const binding : std::span{bindings, count}) {
        if (auto acl = to_acl(*binding)) acls.push_back(*std::move(acl));
    }
    return acls;
}

namespace {

// A filter may succeed, and the removal of what it matched fail.
Result<void> deleted_by(const rd_kafka_DeleteAcls_result_response_t& response)
{
    auto result = result_of(rd_kafka_DeleteAcls_result_response_error(&response));
    std::size_t count = 0;
    const auto* const* const matched =
        rd_kafka_DeleteAcls_result_response_matching_acls(&response, &count);
    for (const auto* const acl : std::span{matched, count}) {
        if (result) result = result_of(rd_kafka_AclBinding_error(acl));
    }
    return result;
}

}  // namespace

AclResults changed_acls_in(rd_kafka_event_t& answer)
{
    std::size_t count = 0;
    AclResults each;
    if (const auto* const created = rd_kafka_event_CreateAcls_result(&answer)) {
        const auto* const* const results = rd_kafka_CreateAcls_result_acls(created, &count);
        each.reserve(count);
        for (const auto* const one : std::span{results, count}) {
            each.push_back(result_of(rd_kafka_acl_result_error(one)));
        }
    } else if (const auto* const deleted = rd_kafka_event_DeleteAcls_result(&answer)) {
        const auto* const* const results = rd_kafka_DeleteAcls_result_responses(deleted, &count);
        each.reserve(count);
        for (const auto* const one : std::span{results, count}) {
            each.push_back(deleted_by(*one));
        }
    }
    return each;
}

}  // namespace strait::kafka
