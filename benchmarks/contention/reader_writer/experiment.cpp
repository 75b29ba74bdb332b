// What readers pay for the writes that might come.
#include <mutex>
#include <shared_mutex>
#include <string>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/contention/reader_writer/workload.hpp"
#include "benchmarks/primitives/locks/absl_mutex.hpp"
#include "benchmarks/primitives/readers_writers/writer_first_rwlock.hpp"
#include "benchmarks/primitives/snapshots/guarded_record.hpp"
#include "benchmarks/primitives/snapshots/hazard_record.hpp"
#include "benchmarks/primitives/snapshots/seqlock_record.hpp"
#include "benchmarks/primitives/snapshots/shared_ptr_record.hpp"
#include "benchmarks/primitives/snapshots/urcu_record.hpp"

latchmark::Experiment benchmarks::contention::reader_writer() {
    using enum latchmark::Placement;
    using latchmark::Purpose;
    using latchmark::variant;
    return {
        .name = "contention/reader_writer",
        .question = "What does it cost to read a record whole that others write now and then?",
        .mechanism =
            "A lock is written by every reader, so its line wanders between the cores even when nobody writes the record. A "
            "seqlock "
            "and copies that are read through a pointer leave the readers' lines alone, and let the writers pay.",
        .operation = "a read of eight words, or a write of them, by a drawn pick",
        .baseline = "mutex",
        .variants =
            {
                variant<MixedAccess<GuardedRecord<std::mutex>>>("mutex", "std::mutex for readers and writers"),
                variant<MixedAccess<GuardedRecord<std::shared_mutex>>>("shared_mutex",
                                                                       "std::shared_mutex, which prefers readers"),
                variant<MixedAccess<GuardedRecord<WriterFirstRwlock>>>("rwlock_writer_first",
                                                                       "pthread_rwlock that prefers writers"),
                variant<MixedAccess<GuardedRecord<AbslMutex>>>("absl_reader_lock", "absl::Mutex with ReaderMutexLock",
                                                               {.absent = std::string(kAbslMutexAbsent)}),
                variant<MixedAccess<SeqlockRecord>>("seqlock", "sequence number; a reader that met a write looks again"),
                variant<MixedAccess<SharedPtrRecord<>>>("atomic_shared_ptr",
                                                        "copy on write, std::atomic_load of a std::shared_ptr"),
                variant<MixedAccess<HazardRecord<>>>("hazard_pointer", "copy on write, each reader announces what it reads"),
                variant<MixedAccess<UrcuRecord>>("urcu", "copy on write, liburcu (memb), a grace period for 64 writes",
                                                 {.absent = std::string(kUrcuAbsent)}),
            },
        .placements = {same_core, same_llc, other_llc, other_socket},
        .axes = {{.name = "writers",
                  .unit = "%",
                  .values = {0, 1, 5, 10},
                  .middle = 1,
                  .variants = {"mutex", "shared_mutex", "seqlock", "hazard_pointer"}},
                 {.name = "section_ns",
                  .unit = "ns",
                  .values = {0, 200, 1000},
                  .middle = 0,
                  .variants = {"mutex", "shared_mutex", "seqlock"}}},
        .taste = {"mutex", "seqlock"},
        .keeps_to_first = true,
        .keeps_placements = true,
        .purposes = {Purpose::throughput, Purpose::counts},
        .roles = latchmark::roles::contention(),
    };
}
