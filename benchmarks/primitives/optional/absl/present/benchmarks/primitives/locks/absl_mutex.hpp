// absl::Mutex, where it is installed, in the words of the standard library.
#pragma once
#include <absl/synchronization/mutex.h>
#include <string_view>

namespace benchmarks {

inline constexpr std::string_view kAbslMutexAbsent{};

// Spins for a while, then queues up and sleeps; a flag of the lock word tells waiters, so that an unlock without any stays short.
class AbslMutex {
public:
    // Debian builds the library with its assertions, and then each lock and unlock also looks for cycles in the order of locking:
    // several times the cost of the mutex itself, which would be published as the mutex's.
    AbslMutex() { absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore); }

    void lock() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.Lock(); }
    void unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.Unlock(); }
    void lock_shared() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.ReaderLock(); }  // what absl::ReaderMutexLock calls
    void unlock_shared() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.ReaderUnlock(); }

private:
    absl::Mutex mutex_;
};

}  // namespace benchmarks
