#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace strait::kafka {

// What an ACL is about. The numbers are those of Kafka's protocol, and stored: never change them.
enum class AclResource : std::uint8_t { topic = 2, group = 3 };

enum class AclPattern : std::uint8_t {
    literal = 3,  // that name, or all if it is "*"
    prefixed = 4,
};

enum class AclOperation : std::uint8_t {
    all = 2,
    read = 3,
    write = 4,
    create = 5,
    remove = 6,  // DELETE
    alter = 7,
    describe = 8,
    cluster_action = 9,
    describe_configs = 10,
    alter_configs = 11,
    idempotent_write = 12,
};

enum class AclPermission : std::uint8_t { deny = 2, allow = 3 };

// As Kafka writes them: "DESCRIBE_CONFIGS".
std::string_view to_string(AclResource resource) noexcept;
std::string_view to_string(AclOperation operation) noexcept;
std::string_view to_string(AclPermission permission) noexcept;

// One ACL binding.
struct Acl {
    AclResource resource = AclResource::topic;
    std::string name;  // of the resource, or what it begins with
    AclPattern pattern = AclPattern::literal;
    std::string principal;  // "User:alice"
    std::string host;       // "*": any
    AclOperation operation = AclOperation::read;
    AclPermission permission = AclPermission::allow;

    auto operator<=>(const Acl&) const = default;
};

// For logs: "ALLOW READ on TOPIC orders for User:alice from *".
std::string to_string(const Acl& acl);

}  // namespace strait::kafka
