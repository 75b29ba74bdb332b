// How long one writer waits among readers that never all pause.
#include <mutex>
#include <shared_mutex>
#include <string>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/contention/writer_starvation/workload.hpp"
#include "benchmarks/primitives/locks/absl_mutex.hpp"
#include "benchmarks/primitives/readers_writers/writer_first_rwlock.hpp"
#include "benchmarks/primitives/snapshots/guarded_record.hpp"
#include "benchmarks/primitives/snapshots/hazard_record.hpp"
#include "benchmarks/primitives/snapshots/seqlock_record.hpp"
#include "benchmarks/primitives/snapshots/urcu_record.hpp"

latchmark::Experiment benchmarks::contention::writer_starvation() {
    using latchmark::Purpose;
    using latchmark::variant;
    return {
        .name = "contention/writer_starvation",
        .question = "How long does a writer wait among readers that keep coming?",
        .mechanism =
            "A lock that lets new readers in while a writer waits is free for the writer only when all readers happen to pause "
            "at "
            "once, which grows rarer with each reader; with more workers than CPUs a reader may even sleep inside.",
        .operation = "a write of eight words and a pause",
        .baseline = "mutex",
        .variants =
            {
                variant<OneWriter<GuardedRecord<std::mutex>>>("mutex", "std::mutex for readers and the writer"),
                variant<OneWriter<GuardedRecord<std::shared_mutex>>>("shared_mutex", "std::shared_mutex, which prefers readers"),
                variant<OneWriter<GuardedRecord<WriterFirstRwlock>>>("rwlock_writer_first",
                                                                     "pthread_rwlock that prefers writers"),
                variant<OneWriter<GuardedRecord<AbslMutex>>>("absl_reader_lock", "absl::Mutex with ReaderMutexLock",
                                                             {.absent = std::string(kAbslMutexAbsent)}),
                variant<OneWriter<SeqlockRecord>>("seqlock", "the writer waits for nobody; readers look again"),
                variant<OneWriter<HazardRecord<>>>("hazard_pointer", "copy on write; the writer takes a copy that nobody reads"),
                variant<OneWriter<UrcuRecord>>("urcu", "copy on write, liburcu (memb): waits once in 64 writes",
                                               {.absent = std::string(kUrcuAbsent)}),
            },
        .workers = latchmark::WorkerSweep::two_to_all_cores,
        .oversubscribed = true,
        .axes = {{.name = "section_ns",
                  .unit = "ns",
                  .values = {200, 1000, 5000},
                  .middle = 1000,
                  .variants = {"mutex", "shared_mutex"}},
                 {.name = "pause_ns",
                  .unit = "ns",
                  .values = {0, 1000, 5000},
                  .middle = 1000,
                  .variants = {"mutex", "shared_mutex"}}},
        .taste = {"mutex", "shared_mutex"},
        .keeps_to_first = true,
        .purposes = {Purpose::throughput, Purpose::latency},
        .roles = latchmark::roles::contention(),
    };
}
