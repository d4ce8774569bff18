#pragma once

#include "core/ids.hpp"

namespace strait::links {

// A topic of the source, and its mirror.
struct TopicPair {
    TopicName source;
    TopicName target;
};

}  // namespace strait::links
