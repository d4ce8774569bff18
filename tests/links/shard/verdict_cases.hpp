#pragma once

#include "links/shard/partition_verdict.hpp"
#include "tests/links/shard/copied_batch.hpp"

// A partition at its start, as the tests of verdicts know it.
namespace strait::links::verdicts {

inline constexpr TopicId source_id{{1}};
inline constexpr TopicId source_again{{3}};
inline constexpr TopicId target_again{{4}};

// Position: source 50, target 500, generation 2. Source holds [10, 90), target ends at 510.
inline Checkpoint position()
{
    Checkpoint at;
    at.source_id = source_id;
    at.target_id = TopicId{{2}};
    at.generation = Generation{2};
    at.seq = PartitionSeq{8};
    at.epoch = LeaderEpoch{5};
    at.block = block_at(Offset{50}, Offset{500});
    return at;
}

inline PartitionFacts facts()
{
    PartitionFacts facts;
    facts.source_id = source_id;
    facts.target_id = TopicId{{2}};
    facts.source_low = Offset{10};
    facts.source_end = Offset{90};
    facts.source_start = Offset{10};
    facts.target_end = Offset{510};
    return facts;
}

inline LossPolicies all(GapPolicy policy) { return {policy, policy, policy}; }

inline PartitionFacts with(auto change)
{
    auto changed = facts();
    change(changed);
    return changed;
}

}  // namespace strait::links::verdicts
