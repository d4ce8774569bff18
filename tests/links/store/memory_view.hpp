#pragma once

#include "links/store/local_view.hpp"

#include <rocksdb/env.h>

#include <memory>

namespace strait::links {

// A local view without files.
struct MemoryView {
    std::unique_ptr<rocksdb::Env> memory{rocksdb::NewMemEnv(rocksdb::Env::Default())};
    LocalView view{LocalView::open("/view", memory.get()).value().view};
    LinkView link{view.link(LinkName{"oslo-to-bergen"}).value()};
};

}  // namespace strait::links
