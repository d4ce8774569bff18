#pragma once

#include "links/link_engine.hpp"

#include <optional>
#include <utility>

namespace strait::links {

// Shows a state as that of a link, which may be made anew meanwhile.
class LinkEngine::VerbShown {
  public:
    VerbShown(LinkEngine& engine, LinkName link, MirrorState state)
        : engine_{engine}, link_{std::move(link)}, state_{state}
    {
        if (const auto found = engine_.find(link_)) (*found)->show_verb(state_);
    }

    // Unless a verb that came after ours shows another one.
    ~VerbShown()
    {
        const auto found = engine_.find(link_);
        if (found && (*found)->verb_shown() == state_) (*found)->show_verb(std::nullopt);
    }

    VerbShown(const VerbShown&) = delete;
    VerbShown& operator=(const VerbShown&) = delete;

  private:
    LinkEngine& engine_;
    LinkName link_;
    MirrorState state_;
};

}  // namespace strait::links
