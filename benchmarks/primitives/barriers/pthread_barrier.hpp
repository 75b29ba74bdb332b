// POSIX's barrier: a futex on which whoever comes early sleeps at once.
#pragma once
#include <cstddef>
#include <memory_resource>
#include <pthread.h>
#include <system_error>

#include "latchmark/base/isolated.hpp"

namespace benchmarks {

class alignas(latchmark::kIsolationSize) PthreadBarrier {
public:
    PthreadBarrier(std::size_t workers, std::pmr::memory_resource* /*memory*/) {
        const int error = ::pthread_barrier_init(&barrier_, nullptr, static_cast<unsigned>(workers));
        if (error != 0) throw std::system_error(error, std::generic_category(), "pthread_barrier_init");
    }
    ~PthreadBarrier() { ::pthread_barrier_destroy(&barrier_); }
    PthreadBarrier(const PthreadBarrier&) = delete;
    PthreadBarrier& operator=(const PthreadBarrier&) = delete;

    // 0 for all but one worker, which is told so by another value: neither is an error.
    void arrive_and_wait(std::size_t /*worker*/) { (void)::pthread_barrier_wait(&barrier_); }

private:
    pthread_barrier_t barrier_{};
};

}  // namespace benchmarks
