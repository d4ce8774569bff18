#include "catalog/records/states.hpp"

#include <algorithm>

namespace strait::catalog {

std::string word_of(Verb verb)
{
    if (verb == Verb::return_to_draft) return "return";
    auto word = to_string(verb);
    std::ranges::replace(word, '_', '-');
    return word;
}

}  // namespace strait::catalog
