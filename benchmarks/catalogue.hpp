// Everything that is measured, as an explicit list in reading order.
#pragma once
#include "latchmark/preset.hpp"

namespace benchmarks {

[[nodiscard]] latchmark::Catalogue catalogue();

namespace lock_granularity {
[[nodiscard]] latchmark::Experiment hash_map();
[[nodiscard]] latchmark::Experiment two_accounts();
[[nodiscard]] latchmark::Experiment blocking_inside();
[[nodiscard]] latchmark::Experiment hold_time();
}  // namespace lock_granularity
namespace false_sharing {
[[nodiscard]] latchmark::Experiment counters();
[[nodiscard]] latchmark::Experiment stride();
[[nodiscard]] latchmark::Experiment hot_reader();
[[nodiscard]] latchmark::Experiment queue_indices();
[[nodiscard]] latchmark::Experiment worker_structs();
}  // namespace false_sharing
namespace contention {
[[nodiscard]] latchmark::Experiment counter();
[[nodiscard]] latchmark::Experiment core_to_core();
[[nodiscard]] latchmark::Experiment reader_writer();
[[nodiscard]] latchmark::Experiment writer_starvation();
[[nodiscard]] latchmark::Experiment barrier();
[[nodiscard]] latchmark::Experiment locks();
[[nodiscard]] latchmark::Experiment smt_neighbour();
}  // namespace contention
namespace waiting {
[[nodiscard]] latchmark::Experiment handoff();
[[nodiscard]] latchmark::Experiment wait_duration();
[[nodiscard]] latchmark::Experiment herd();
[[nodiscard]] latchmark::Experiment timed();
[[nodiscard]] latchmark::Experiment arming();
[[nodiscard]] latchmark::Experiment cancel();
}  // namespace waiting
namespace pools {
[[nodiscard]] latchmark::Experiment dispatch();
[[nodiscard]] latchmark::Experiment task_size();
[[nodiscard]] latchmark::Experiment payload();
[[nodiscard]] latchmark::Experiment worker_lost();
[[nodiscard]] latchmark::Experiment startup();
[[nodiscard]] latchmark::Experiment creation();
[[nodiscard]] latchmark::Experiment backpressure();
[[nodiscard]] latchmark::Experiment fan_out();
[[nodiscard]] latchmark::Experiment loop_blocked();
}  // namespace pools
namespace ipc {
[[nodiscard]] latchmark::Experiment round_trip();
[[nodiscard]] latchmark::Experiment stream();
[[nodiscard]] latchmark::Experiment structured();
}  // namespace ipc
namespace instrument {
[[nodiscard]] latchmark::Experiment operation();
[[nodiscard]] latchmark::Experiment clock();
[[nodiscard]] latchmark::Experiment memory();
[[nodiscard]] latchmark::Experiment counters();
[[nodiscard]] latchmark::Experiment team();
[[nodiscard]] latchmark::Experiment unchanged();
}  // namespace instrument

}  // namespace benchmarks
