#include "links/store/link_view.hpp"

#include <rocksdb/db.h>

// What a view remembers of the source's configs.
namespace strait::links {

Result<void> LinkView::keep_held_values(const TopicName& source, const HeldValues& held)
{
    const auto status = database_.db->Put(rocksdb::WriteOptions{},
                                          database_.in(ViewFamily::held),
                                          key_of_held(number_, source),
                                          encode(held));
    if (!status.ok()) return fail(translated(status));
    return {};
}

Result<HeldValues> LinkView::held_values(const TopicName& source) const
{
    const auto stored = database_.get(ViewFamily::held, key_of_held(number_, source));
    if (!stored) return fail(stored.error());
    if (stored->empty()) return HeldValues{};
    return decode_held(*stored);
}

}  // namespace strait::links
