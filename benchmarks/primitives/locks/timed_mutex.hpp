// A mutex that is always asked for with a time limit.
#pragma once
#include <chrono>
#include <mutex>

namespace benchmarks {

// std::timed_mutex::lock() is std::mutex::lock() under another name. What a limit costs shows only when one is given: the clock
// is read for each attempt, and a sleep has a timer behind it.
class TimedMutex {
public:
    void lock() {
        while (!mutex_.try_lock_for(kLimit)) {
        }
    }
    void unlock() { mutex_.unlock(); }

private:
    static constexpr std::chrono::seconds kLimit{1};  // never reached by a critical section of nanoseconds

    std::timed_mutex mutex_;
};

}  // namespace benchmarks
