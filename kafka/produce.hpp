#pragma once

#include "core/ids.hpp"
#include "kafka/handle.hpp"
#include "kafka/record.hpp"

namespace strait::kafka {

// Queues a copy of `record`, with its headers and timestamp, for one partition; its delivery report
// carries `token`. Null, or why the library does not take it.
ErrorHandle produce(rd_kafka_t* client,
                    rd_kafka_topic_t* topic,
                    Partition partition,
                    const Record& record,
                    void* token);

}  // namespace strait::kafka
