// A POSIX mutex that works between processes as well as between threads.
#pragma once
#include "benchmarks/primitives/locks/pthread_mutex.hpp"

namespace benchmarks {

// std::mutex uses private futexes: a worker of another process that sleeps on it is never woken. A process-shared mutex is also
// never elided by glibc, however many threads the process has.
using ProcessSharedMutex = PthreadMutex<PthreadKind::process_shared>;

}  // namespace benchmarks
