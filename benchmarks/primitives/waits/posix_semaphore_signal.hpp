// POSIX's semaphore, unnamed: a count and a futex, between threads or processes.
#pragma once
#include <cerrno>
#include <cstdint>
#include <semaphore.h>

#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// In glibc the waiter looks once and sleeps; who posts calls the kernel only when somebody sleeps.
class alignas(latchmark::kIsolationSize) PosixSemaphoreSignal {
public:
    explicit PosixSemaphoreSignal(const latchmark::Setting& setting) {
        checked(::sem_init(&semaphore_, setting.team == latchmark::Team::processes ? 1 : 0, 0), "sem_init");
    }
    ~PosixSemaphoreSignal() { ::sem_destroy(&semaphore_); }
    PosixSemaphoreSignal(const PosixSemaphoreSignal&) = delete;
    PosixSemaphoreSignal& operator=(const PosixSemaphoreSignal&) = delete;

    void wait(std::uint32_t /*number*/) {
        while (::sem_wait(&semaphore_) != 0) checked(errno == EINTR ? 0 : -1, "sem_wait");
    }

    void set(std::uint32_t /*number*/) { checked(::sem_post(&semaphore_), "sem_post"); }

private:
    sem_t semaphore_{};
};

}  // namespace benchmarks
