#pragma once

namespace strait {

// A visitor of a variant, made of a function for each of its types.
template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};

}  // namespace strait
