// A critical section of a given length and work of a given length outside it, with different locks or none.
#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <type_traits>

#include "benchmarks/primitives/no_lock.hpp"
#include "latchmark/base/chain.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::lock_granularity {

template <typename Lock>
class HoldTime {
public:
    // Work outside grows with the team, so that however many workers there are, the lock is asked for equally often.
    explicit HoldTime(const latchmark::Setting& setting)
        : critical_steps_(setting.chain_steps(setting.parameter("critical_ns"))),
          outside_steps_(setting.chain_steps(setting.parameter("outside_ns") * static_cast<double>(setting.workers))),
          guarded_(kIsShared ? 1 : setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        latchmark::Chain work;
        for (std::uint64_t i = 0; i < operations; ++i) {
            {
                Guarded& guarded = guarded_[(kIsShared ? 0 : worker) + work.zero()];  // asked for once the work outside is done
                const std::lock_guard held(guarded.lock);
                work.follow(guarded.count);  // and held before the critical work begins
                work.run(critical_steps_);
                ++guarded.count;
            }
            work.run(outside_steps_);
        }
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t counted = 0;
        for (const Guarded& guarded : guarded_) counted += guarded.count;
        return counted == operations;
    }

private:
    static constexpr bool kIsShared = !std::is_same_v<Lock, NoLock>;  // without a lock each worker has a count of its own

    struct alignas(latchmark::kIsolationSize) Guarded {
        Lock lock;
        std::uint64_t count = 0;  // moves with the lock, as guarded data do
    };

    std::uint64_t critical_steps_;
    std::uint64_t outside_steps_;
    latchmark::Slots<Guarded> guarded_;
};

}  // namespace benchmarks::lock_granularity
