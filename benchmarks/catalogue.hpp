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
namespace instrument {
[[nodiscard]] latchmark::Experiment operation();
[[nodiscard]] latchmark::Experiment clock();
[[nodiscard]] latchmark::Experiment counters();
[[nodiscard]] latchmark::Experiment team();
}  // namespace instrument

}  // namespace benchmarks
