// The C library's own spin lock.
#pragma once
#include <pthread.h>
#include <system_error>

namespace benchmarks {

// glibc's tries first and then reads until the lock looks free, much like a test-and-test-and-set lock, but behind a call.
class PthreadSpinLock {
public:
    PthreadSpinLock() {
        if (const int error = ::pthread_spin_init(&lock_, PTHREAD_PROCESS_SHARED); error != 0)
            throw std::system_error(error, std::generic_category(), "pthread_spin_init");
    }
    ~PthreadSpinLock() { ::pthread_spin_destroy(&lock_); }
    PthreadSpinLock(const PthreadSpinLock&) = delete;
    PthreadSpinLock& operator=(const PthreadSpinLock&) = delete;

    void lock() { ::pthread_spin_lock(&lock_); }
    void unlock() { ::pthread_spin_unlock(&lock_); }

private:
    pthread_spinlock_t lock_{};
};

}  // namespace benchmarks
