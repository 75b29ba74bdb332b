// The list: families in the order of the report, the instrument last.
#include "benchmarks/catalogue.hpp"

#include "benchmarks/presets.hpp"

latchmark::Catalogue benchmarks::catalogue() {
    return {
        .experiments =
            {
                lock_granularity::hash_map(),
                lock_granularity::two_accounts(),
                lock_granularity::blocking_inside(),
                lock_granularity::hold_time(),
                false_sharing::counters(),
                false_sharing::stride(),
                false_sharing::hot_reader(),
                false_sharing::queue_indices(),
                false_sharing::worker_structs(),
                contention::locks(),
                contention::counter(),
                contention::smt_neighbour(),
                contention::core_to_core(),
                contention::reader_writer(),
                contention::writer_starvation(),
                contention::barrier(),
                waiting::handoff(),
                waiting::wait_duration(),
                waiting::herd(),
                waiting::timed(),
                waiting::arming(),
                waiting::cancel(),
                pools::dispatch(),
                pools::task_size(),
                pools::payload(),
                pools::startup(),
                pools::creation(),
                pools::backpressure(),
                pools::fan_out(),
                pools::loop_blocked(),
                pools::worker_lost(),
                ipc::round_trip(),
                ipc::stream(),
                ipc::structured(),
                instrument::operation(),
                instrument::clock(),
                instrument::memory(),
                instrument::counters(),
                instrument::team(),
                instrument::unchanged(),
            },
        .presets = presets(),
    };
}
