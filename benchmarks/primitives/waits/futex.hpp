// The system call beneath mutexes, condition variables and semaphores: sleep while a word has a value, wake who sleeps on it.
#pragma once
#include <atomic>
#include <climits>
#include <cstdint>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace benchmarks {

// Words in memory that processes share. Private futexes are found without asking whose page it is and cost less; a word that
// another process sleeps on would not be found that way.
enum class FutexScope : int { shared = 0, threads_only = FUTEX_PRIVATE_FLAG };

using FutexWord = std::atomic<std::uint32_t>;
static_assert(sizeof(FutexWord) == sizeof(std::uint32_t) && FutexWord::is_always_lock_free);

// Returns when woken, at once when the word has another value, and now and then without a reason: ask again in a loop.
inline void futex_wait(FutexWord& word, std::uint32_t while_value, FutexScope scope = FutexScope::shared) {
    ::syscall(SYS_futex, &word, FUTEX_WAIT | static_cast<int>(scope), while_value, nullptr, nullptr, 0);
}

// Wakes at most so many sleepers; returns how many.
inline int futex_wake(FutexWord& word, int sleepers, FutexScope scope = FutexScope::shared) {
    return static_cast<int>(::syscall(SYS_futex, &word, FUTEX_WAKE | static_cast<int>(scope), sleepers, nullptr, nullptr, 0));
}

inline int futex_wake_all(FutexWord& word, FutexScope scope = FutexScope::shared) { return futex_wake(word, INT_MAX, scope); }

}  // namespace benchmarks
