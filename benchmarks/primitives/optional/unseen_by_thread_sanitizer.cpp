// Locks and pools that ThreadSanitizer cannot see into, so that it takes what they guard or hand over for races: tests of them
// still run, without its opinion.

// The name by which the sanitizer asks; nobody calls it in other builds. Abseil's mutex and oneTBB's arenas lie in libraries
// built without it, ConcurrencyKit's locks are assembly, liburcu's wake-up is volatile accesses, and Clang 14 does not know
// pthread_mutex_clocklock, by which a timed mutex is taken.
extern "C" const char* __tsan_default_suppressions();   // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __tsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
    return "race:benchmarks::AbslMutex\n"
           "race:benchmarks::CkFasSpinlock\n"
           "race:benchmarks::CkTicketSpinlock\n"
           "race:benchmarks::ArenaTasks\n"
           "race:libtbb.so\n"  // among its own threads, with none of ours on the stack
           "race:benchmarks::TimedMutex\n"
           "mutex:benchmarks::TimedMutex\n"
           "race:urcu_common_wake_up_gp\n";
}
