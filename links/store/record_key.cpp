#include "core/overloaded.hpp"
#include "links/store/link_record.hpp"

#include <utility>

// What records are told apart by.
namespace strait::links {

Session first_session(Term term) { return Session{std::uint64_t{term.value()} << 32U}; }

RecordKey key_of(const LinkRecord& record)
{
    return std::visit(
        Overloaded{
            [](const LinkOwner& of) -> RecordKey { return OwnerKey{of.link}; },
            [](const ShardSession& of) -> RecordKey { return SessionKey{of.link, of.shard}; },
            [](const TopicOwner& of) -> RecordKey { return TopicKey{of.link, of.source}; },
            [](const Gap& of) -> RecordKey {
                return GapKey{of.link, of.topic, of.partition, of.id};
            },
            [](const Checkpoint& of) -> RecordKey {
                return BlockKey{
                    of.link, of.source_id, of.partition, of.generation, of.block.first_source};
            },
            [](const AclOwner& of) -> RecordKey { return AclKey{of.link, of.acl}; },
            [](const Removal& of) -> RecordKey { return of.key; },
        },
        record);
}

const LinkName& link_of(const LinkRecord& record)
{
    const auto of_typed = [](const auto& of) -> const LinkName& { return of.link; };
    const auto* removal = std::get_if<Removal>(&record);
    if (removal != nullptr) return std::visit(of_typed, removal->key);
    return std::visit(Overloaded{
                          [&](const auto& of) -> const LinkName& { return of_typed(of); },
                          [](const Removal&) -> const LinkName& { std::unreachable(); },
                      },
                      record);
}

}  // namespace strait::links
