// Locks of every kind, with the same short critical section and the same work outside it.
#include <mutex>
#include <string>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/contention/locks/workload.hpp"
#include "benchmarks/primitives/locks/absl_mutex.hpp"
#include "benchmarks/primitives/locks/ck_spinlocks.hpp"
#include "benchmarks/primitives/locks/clh_lock.hpp"
#include "benchmarks/primitives/locks/mcs_lock.hpp"
#include "benchmarks/primitives/locks/pthread_mutex.hpp"
#include "benchmarks/primitives/locks/pthread_spin_lock.hpp"
#include "benchmarks/primitives/locks/tas_lock.hpp"
#include "benchmarks/primitives/locks/tbb_mutexes.hpp"
#include "benchmarks/primitives/locks/ticket_lock.hpp"
#include "benchmarks/primitives/locks/timed_mutex.hpp"
#include "benchmarks/primitives/locks/ttas_backoff_lock.hpp"
#include "benchmarks/primitives/locks/ttas_lock.hpp"
#include "benchmarks/primitives/no_lock.hpp"

latchmark::Experiment benchmarks::contention::locks() {
    using enum latchmark::Placement;
    using enum latchmark::Purpose;
    using latchmark::variant;
    const latchmark::VariantOptions of_absl{.absent = std::string(kAbslMutexAbsent)};
    const latchmark::VariantOptions of_tbb{.absent = std::string(kTbbMutexesAbsent)};
    const latchmark::VariantOptions of_ck{.absent = std::string(kCkSpinlocksAbsent)};
    return {
        .name = "contention/locks",
        .question = "Which lock for a short critical section, alone, in a crowd, and with more workers than CPUs?",
        .mechanism =
            "A lock costs its atomics when it is free, and the way of its line from holder to holder when it is not. Waiters "
            "that spin answer at once but take the CPU that the holder may need; fair ones also wait for a next in line that is "
            "not running.",
        .operation = "critical section of two words, and the work outside it",
        .baseline = "mutex",
        .variants =
            {
                variant<Locks<std::mutex>>("mutex", "std::mutex: sleeps at once when it is taken"),
                variant<Locks<PthreadMutex<PthreadKind::adaptive>>>("pthread_adaptive", "spins a little before it sleeps"),
                variant<Locks<PthreadMutex<PthreadKind::recursive>>>("pthread_recursive", "knows its owner and counts its locks"),
                variant<Locks<PthreadMutex<PthreadKind::priority_inheriting>>>(
                    "pthread_priority_inheriting", "the holder inherits its waiters' priority; handed over by the kernel"),
                variant<Locks<PthreadMutex<PthreadKind::robust>>>("pthread_robust", "survives a holder that dies"),
                variant<Locks<TimedMutex>>("timed_mutex", "std::timed_mutex, asked for with a time limit"),
                variant<Locks<PthreadSpinLock>>("pthread_spin", "the C library's spin lock"),
                variant<Locks<TasLock>>("tas", "exchange until it was free"),
                variant<Locks<TtasLock>>("ttas", "reads until it looks free, then tries"),
                variant<Locks<TtasBackoffLock>>("ttas_backoff", "the same, staying away longer after each lost attempt"),
                variant<Locks<TicketLock>>("ticket", "in the order of arrival, all reading one line"),
                variant<Locks<McsLock>>("mcs", "in the order of arrival, each spinning on its own line"),
                variant<Locks<ClhLock>>("clh", "in the order of arrival, each spinning on its predecessor's line"),
                variant<Locks<AbslMutex>>("absl_mutex", "absl::Mutex: spins, then queues up and sleeps", of_absl),
                variant<Locks<TbbSpinMutex>>("tbb_spin", "tbb::spin_mutex: pauses longer each time, then yields", of_tbb),
                variant<Locks<TbbQueuingMutex>>("tbb_queuing", "tbb::queuing_mutex: MCS that yields in the end", of_tbb),
                variant<Locks<CkFasSpinlock>>("ck_fas", "ConcurrencyKit's default spin lock", of_ck),
                variant<Locks<CkTicketSpinlock>>("ck_ticket", "ConcurrencyKit's ticket lock", of_ck),
                variant<Locks<NoLock>>("no_lock", "the same work by one worker without a lock: the floor", {.most_workers = 1}),
            },
        .placements = {same_core, same_llc, other_llc, other_socket},
        .oversubscribed = true,
        .grows_with_team = true,
        .axes =
            {{.name = "outside_ns", .unit = "ns", .values = {0, 50, 500}, .middle = 50, .variants = {"mutex", "ticket", "mcs"}}},
        .taste = {"mutex", "ticket", "mcs"},
        .keeps_to_first = true,
        .purposes = {throughput, latency, counts},
        .roles = latchmark::roles::contention(),
    };
}
