// The standard library's barrier.
#pragma once
#include <barrier>
#include <cstddef>
#include <memory_resource>

#include "latchmark/base/isolated.hpp"

namespace benchmarks {

// In libstdc++ 12: arrivals meet in a tree of byte tickets, 64 to a line; a waiter looks 12 times with a relax instruction
// between and 4 times with a yield, and then sleeps on a futex that it shares with waiters of other addresses.
class alignas(latchmark::kIsolationSize) StdBarrier {
public:
    StdBarrier(std::size_t workers, std::pmr::memory_resource* /*memory*/) : barrier_(static_cast<std::ptrdiff_t>(workers)) {}

    void arrive_and_wait(std::size_t /*worker*/) { barrier_.arrive_and_wait(); }

private:
    std::barrier<> barrier_;
};

}  // namespace benchmarks
