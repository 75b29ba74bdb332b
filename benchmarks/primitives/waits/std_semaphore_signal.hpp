// The standard library's semaphore.
#pragma once
#include <cstdint>
#include <semaphore>

#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// In libstdc++ 12: a waiter looks 12 times with a relax instruction between and 4 times with a yield, and then sleeps on a
// futex that is private to its process. A release always calls the kernel, whether or not somebody sleeps.
class alignas(latchmark::kIsolationSize) StdSemaphoreSignal {
public:
    explicit StdSemaphoreSignal(const latchmark::Setting& /*setting*/) {}

    void wait(std::uint32_t /*number*/) { semaphore_.acquire(); }
    void set(std::uint32_t /*number*/) { semaphore_.release(); }

private:
    std::counting_semaphore<> semaphore_{0};
};

}  // namespace benchmarks
