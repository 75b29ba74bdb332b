// Locks that ThreadSanitizer cannot see into, so that it takes what they guard for races: tests of it still run, without its
// opinion.

// The name by which the sanitizer asks; nobody calls it in other builds. Abseil's mutex lies in a library built without it,
// ConcurrencyKit's are assembly, liburcu's wake-up is volatile accesses, and Clang 14 does not know pthread_mutex_clocklock, by
// which a timed mutex is taken.
extern "C" const char* __tsan_default_suppressions();   // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __tsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
    return "race:benchmarks::AbslMutex\n"
           "race:benchmarks::CkFasSpinlock\n"
           "race:benchmarks::CkTicketSpinlock\n"
           "race:benchmarks::TimedMutex\n"
           "mutex:benchmarks::TimedMutex\n"
           "race:urcu_common_wake_up_gp\n";
}
