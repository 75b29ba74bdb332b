// The spinning mutexes of oneTBB, where it is installed.
#pragma once
#include <oneapi/tbb/queuing_mutex.h>
#include <oneapi/tbb/spin_mutex.h>
#include <string_view>

#include "benchmarks/primitives/locks/held_nodes.hpp"

namespace benchmarks {

inline constexpr std::string_view kTbbMutexesAbsent{};

// Test and test-and-set; between attempts it pauses twice as long each time, and yields the CPU after some.
using TbbSpinMutex = tbb::spin_mutex;

// MCS with the node in a guard object: kept by the thread here, as the nodes of McsLock are.
class TbbQueuingMutex {
    using Nodes = HeldNodes<tbb::queuing_mutex::scoped_lock>;

public:
    void lock() { Nodes::bind(this).node->value.acquire(mutex_); }
    void unlock() {
        auto& holding = Nodes::of(this);
        holding.node->value.release();
        holding.lock = nullptr;
    }

private:
    tbb::queuing_mutex mutex_;
};

}  // namespace benchmarks
