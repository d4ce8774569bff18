#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_client.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

// Who may do what, and how users prove who they are.
namespace strait::testing {
namespace {

template <class T, auto destroy>
using Handle = std::unique_ptr<T, kafka::Destroyer<destroy>>;

using AclHandle = Handle<rd_kafka_AclBinding_t, rd_kafka_AclBinding_destroy>;
using ScramHandle = Handle<rd_kafka_UserScramCredentialAlteration_t,
                           rd_kafka_UserScramCredentialAlteration_destroy>;

rd_kafka_AclOperation_t translated(AclOperation operation)
{
    switch (operation) {
        case AclOperation::all: return RD_KAFKA_ACL_OPERATION_ALL;
        case AclOperation::read: return RD_KAFKA_ACL_OPERATION_READ;
        case AclOperation::write: return RD_KAFKA_ACL_OPERATION_WRITE;
        case AclOperation::create: return RD_KAFKA_ACL_OPERATION_CREATE;
        case AclOperation::describe: return RD_KAFKA_ACL_OPERATION_DESCRIBE;
        case AclOperation::describe_configs: return RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS;
        case AclOperation::alter: return RD_KAFKA_ACL_OPERATION_ALTER;
        case AclOperation::alter_configs: return RD_KAFKA_ACL_OPERATION_ALTER_CONFIGS;
    }
    std::unreachable();
}

rd_kafka_ResourcePatternType_t pattern_of(const AclRule& rule)
{
    return rule.prefixed ? RD_KAFKA_RESOURCE_PATTERN_PREFIXED : RD_KAFKA_RESOURCE_PATTERN_LITERAL;
}

rd_kafka_ResourceType_t translated(AclResource resource)
{
    switch (resource) {
        case AclResource::topic: return RD_KAFKA_RESOURCE_TOPIC;
        case AclResource::group: return RD_KAFKA_RESOURCE_GROUP;
        case AclResource::transactional_id: return RD_KAFKA_RESOURCE_TRANSACTIONAL_ID;
        case AclResource::cluster: return RD_KAFKA_RESOURCE_BROKER;
    }
    std::unreachable();
}

// Made as a rule, or as a filter that finds it: librdkafka has one form for both.
AclHandle binding_of(const AclRule& rule, decltype(rd_kafka_AclBinding_new)* make)
{
    std::array<char, 512> reason{};
    const auto principal = "User:" + rule.user;
    AclHandle binding{
        make(translated(rule.resource),
             rule.name.c_str(),
             pattern_of(rule),
             principal.c_str(),
             "*",
             translated(rule.operation),
             rule.deny ? RD_KAFKA_ACL_PERMISSION_TYPE_DENY : RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW,
             reason.data(),
             reason.size())};
    if (!binding) throw std::runtime_error{reason.data()};
    return binding;
}

std::string text_of(const rd_kafka_AclBinding_t& acl)
{
    const bool allows =
        rd_kafka_AclBinding_permission_type(&acl) == RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW;
    return std::string{rd_kafka_AclBinding_principal(&acl)} + (allows ? " may " : " may not ") +
           rd_kafka_AclOperation_name(rd_kafka_AclBinding_operation(&acl));
}

}  // namespace

void KafkaAdmin::allow(const AclRule& rule)
{
    const auto wanted = binding_of(rule, rd_kafka_AclBinding_new);
    std::array<rd_kafka_AclBinding_t*, 1> all{wanted.get()};
    rd_kafka_CreateAcls(client_.get(), all.data(), all.size(), nullptr, queue_.get());
    const auto event = await(queue_.get(), "create ACL");
    std::size_t count = 0;
    const auto** results =
        rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event.get()), &count);
    for (const auto* result : std::span{results, count}) {
        require(rd_kafka_error_code(rd_kafka_acl_result_error(result)), "create ACL");
    }
}

void KafkaAdmin::revoke(const AclRule& rule)
{
    const auto wanted = binding_of(rule, rd_kafka_AclBindingFilter_new);
    std::array<rd_kafka_AclBindingFilter_t*, 1> all{wanted.get()};
    rd_kafka_DeleteAcls(client_.get(), all.data(), all.size(), nullptr, queue_.get());
    const auto event = await(queue_.get(), "delete ACL");
    std::size_t count = 0;
    const auto** results =
        rd_kafka_DeleteAcls_result_responses(rd_kafka_event_DeleteAcls_result(event.get()), &count);
    for (const auto* result : std::span{results, count}) {
        require(rd_kafka_error_code(rd_kafka_DeleteAcls_result_response_error(result)),
                "delete ACL");
    }
}

void KafkaAdmin::set_password(const std::string& user, const std::string& password)
{
    constexpr int iterations = 4096;
    const ScramHandle wanted{rd_kafka_UserScramCredentialUpsertion_new(
        user.c_str(),
        RD_KAFKA_SCRAM_MECHANISM_SHA_512,
        iterations,
        reinterpret_cast<const unsigned char*>(
            password.data()),  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): C
        password.size(),
        nullptr,
        0)};
    std::array<rd_kafka_UserScramCredentialAlteration_t*, 1> all{wanted.get()};
    rd_kafka_AlterUserScramCredentials(
        client_.get(), all.data(), all.size(), nullptr, queue_.get());
    const auto event = await(queue_.get(), "set password");
    std::size_t count = 0;
    const auto** results = rd_kafka_AlterUserScramCredentials_result_responses(
        rd_kafka_event_AlterUserScramCredentials_result(event.get()), &count);
    for (const auto* result : std::span{results, count}) {
        require(
            rd_kafka_error_code(rd_kafka_AlterUserScramCredentials_result_response_error(result)),
            "set password of " + user);
    }
}

std::vector<std::string> KafkaAdmin::acls_on(const TopicName& topic)
{
    std::array<char, 512> reason{};
    const AclHandle filter{rd_kafka_AclBindingFilter_new(RD_KAFKA_RESOURCE_TOPIC,
                                                         topic.value().c_str(),
                                                         RD_KAFKA_RESOURCE_PATTERN_LITERAL,
                                                         nullptr,
                                                         nullptr,
                                                         RD_KAFKA_ACL_OPERATION_ANY,
                                                         RD_KAFKA_ACL_PERMISSION_TYPE_ANY,
                                                         reason.data(),
                                                         reason.size())};
    if (!filter) throw std::runtime_error{reason.data()};
    rd_kafka_DescribeAcls(client_.get(), filter.get(), nullptr, queue_.get());
    const auto event = await(queue_.get(), "describe ACLs");
    std::size_t count = 0;
    const auto** found =
        rd_kafka_DescribeAcls_result_acls(rd_kafka_event_DescribeAcls_result(event.get()), &count);
    std::vector<std::string> texts;
    for (const auto* acl : std::span{found, count}) texts.push_back(text_of(*acl));
    std::ranges::sort(texts);
    return texts;
}

}  // namespace strait::testing
