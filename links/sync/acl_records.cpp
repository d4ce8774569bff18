#include "links/sync/acl_records.hpp"

#include "links/clusters/target_log.hpp"
#include "links/shard/shard_closing.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>
#include <variant>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto open_deadline = 30s;

bool is_of_acl(const LinkRecord& record)
{
    if (std::holds_alternative<AclOwner>(record)) return true;
    const auto* const removal = std::get_if<Removal>(&record);
    return removal != nullptr && std::holds_alternative<AclKey>(removal->key);
}

}  // namespace

AclRecords::AclRecords(LinkName link, Term term, AclRecordPorts ports)
    : link_{std::move(link)}, term_{term}, ports_{ports}
{
}

// The claim has read the log up to the moment when it was written, which is a moment ago when this
// is called first.
asio::awaitable<Result<void>> AclRecords::open()
{
    if (open_) co_return Result<void>{};
    const auto opened = co_await ports_.sink.open(ports_.clock.now() + open_deadline);
    if (!opened) co_return fail(opened.error().within("records of ACLs"));
    if (!read_to_) {
        const auto applied = ports_.view.applied(link_reader);
        if (!applied) co_return fail(applied.error());
        read_to_ = applied->value_or(Offset{0});
    }
    const auto end = co_await ports_.log.read(*read_to_, [this](std::span<const LinkRecord> some) {
        for (const auto& record : some) {
            const auto* const owner = std::get_if<LinkOwner>(&record);
            replaced_ = replaced_ || (owner != nullptr && owner->term > term_);
        }
        return keep(some);
    });
    if (!end) co_return fail(end.error());
    read_to_ = *end;
    if (replaced_) co_return fail(Errc::fenced, "another instance of this link has taken over");
    open_ = true;
    co_return Result<void>{};
}

// Only what is ours to write: the rest of the view belongs to the shards, and is read by them.
Result<void> AclRecords::keep(std::span<const LinkRecord> records)
{
    std::vector<LinkRecord> kept;
    std::ranges::copy_if(records, std::back_inserter(kept), is_of_acl);
    if (kept.empty()) return {};
    const auto applied = ports_.view.applied(link_reader);
    if (!applied) return fail(applied.error());
    return ports_.view.apply(link_reader, kept, applied->value_or(Offset{0}));
}

Result<Acls> AclRecords::ours() const
{
    auto records = ports_.view.acls();
    if (!records) return fail(records.error());
    Acls acls;
    for (auto& record : *records) acls.insert(std::move(record.acl));
    return acls;
}

asio::awaitable<Result<void>> AclRecords::note(const std::vector<kafka::Acl>& made)
{
    std::vector<LinkRecord> records;
    records.reserve(made.size());
    for (const auto& acl : made) {
        records.emplace_back(AclOwner{link_, acl, ports_.clock.wall_ms()});
    }
    return write(std::move(records));
}

asio::awaitable<Result<void>> AclRecords::forget(const std::vector<kafka::Acl>& removed)
{
    std::vector<LinkRecord> records;
    records.reserve(removed.size());
    for (const auto& acl : removed) records.emplace_back(Removal{AclKey{link_, acl}});
    return write(std::move(records));
}

asio::awaitable<Result<void>> AclRecords::write(std::vector<LinkRecord> records)
{
    if (records.empty()) co_return Result<void>{};
    const auto written =
        co_await commit_records(ports_.sink, ports_.log.place(), records, ports_.clock);
    if (!written) {
        open_ = false;
        co_return fail(written.error().within("records of ACLs"));
    }
    co_return keep(records);
}

}  // namespace strait::links
