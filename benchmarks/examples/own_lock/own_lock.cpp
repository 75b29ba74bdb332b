// A lock of one's own beside the standard ones: all that an outsider writes.
#include <atomic>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/contention/locks/workload.hpp"
#include "benchmarks/presets.hpp"
#include "latchmark/base/cpu_relax.hpp"
#include "latchmark/main.hpp"

class OwnLock {
public:
    void lock() {
        while (is_taken_.exchange(true, std::memory_order_acquire)) latchmark::cpu_relax();  // sees what the last holder wrote
    }
    void unlock() { is_taken_.store(false, std::memory_order_release); }  // publishes the critical section

private:
    std::atomic<bool> is_taken_{false};
};

latchmark::Catalogue own_catalogue() {
    auto locks = benchmarks::contention::locks();
    locks.variants.push_back(latchmark::variant<benchmarks::contention::Locks<OwnLock>>("own_lock", "a lock of one's own"));
    locks.taste.push_back("own_lock");
    return {.experiments = {locks}, .presets = benchmarks::presets()};
}

int main(int argc, char** argv) { return latchmark::main(argc, argv, own_catalogue); }
