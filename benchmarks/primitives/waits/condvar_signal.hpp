// A condition variable, its mutex and a number: what most programs wait with.
#pragma once
#include <cstdint>
#include <pthread.h>

#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// POSIX's own, which std::condition_variable is made of, since that one cannot be shared by processes.
class alignas(latchmark::kIsolationSize) CondvarSignal {
public:
    explicit CondvarSignal(const latchmark::Setting& setting) {
        const int scope = setting.team == latchmark::Team::threads ? PTHREAD_PROCESS_PRIVATE : PTHREAD_PROCESS_SHARED;
        pthread_mutexattr_t of_mutex{};
        ::pthread_mutexattr_init(&of_mutex);
        ::pthread_mutexattr_setpshared(&of_mutex, scope);
        throw_unless_zero(::pthread_mutex_init(&mutex_, &of_mutex), "pthread_mutex_init");
        ::pthread_mutexattr_destroy(&of_mutex);
        pthread_condattr_t of_condition{};
        ::pthread_condattr_init(&of_condition);
        ::pthread_condattr_setpshared(&of_condition, scope);
        throw_unless_zero(::pthread_cond_init(&has_changed_, &of_condition), "pthread_cond_init");
        ::pthread_condattr_destroy(&of_condition);
    }
    // The condition is left as it is: glibc's destructor waits for waiters, and one that was killed would never come back.
    ~CondvarSignal() { ::pthread_mutex_destroy(&mutex_); }
    CondvarSignal(const CondvarSignal&) = delete;
    CondvarSignal& operator=(const CondvarSignal&) = delete;

    void wait(std::uint32_t number) {
        ::pthread_mutex_lock(&mutex_);
        while (number_ != number) ::pthread_cond_wait(&has_changed_, &mutex_);
        ::pthread_mutex_unlock(&mutex_);
    }

    // Signalled when the mutex is free again: glibc wakes the waiter at once, which would else go back to sleep for the mutex.
    void set(std::uint32_t number) {
        ::pthread_mutex_lock(&mutex_);
        number_ = number;
        ::pthread_mutex_unlock(&mutex_);
        ::pthread_cond_signal(&has_changed_);
    }

private:
    pthread_mutex_t mutex_{};
    pthread_cond_t has_changed_{};
    std::uint32_t number_ = 0;
};

}  // namespace benchmarks
