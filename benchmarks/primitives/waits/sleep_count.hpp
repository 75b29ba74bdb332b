// How many of a thread's waits slept, by what the kernel counts: a wake-up that came first woke nobody.
#pragma once
#include <cstdint>
#include <sys/resource.h>

#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks {

// Belongs to the thread that waits. Lives in shared memory where that is one of a worker process.
class SleepCount {
public:
    // Tells how many waits there have been. Asking the kernel takes as long as a short wait burns, so that is done only when the
    // last time is a millisecond ago: some 0.03 % of the time (judgement).
    void note(std::uint64_t waits, std::uint64_t now_ns) {
        constexpr std::uint64_t kEveryNs = 1'000'000;
        if (last_.at_ns != 0 && now_ns - last_.at_ns < kEveryNs) return;
        rusage usage{};
        checked(::getrusage(RUSAGE_THREAD, &usage), "getrusage");
        last_ = {.at_ns = now_ns, .waits = waits, .sleeps = static_cast<std::uint64_t>(usage.ru_nvcsw)};
        if (first_.at_ns == 0) first_ = last_;
    }

    // Voluntary switches a wait between the first note and the last: 0 when none slept, above 1 when one slept for several
    // things.
    [[nodiscard]] latchmark::OrUnavailable<double> sleeps_per_wait() const {
        if (last_.waits == first_.waits) return latchmark::Unavailable{"all waits were over within a millisecond"};
        return static_cast<double>(last_.sleeps - first_.sleeps) / static_cast<double>(last_.waits - first_.waits);
    }

private:
    struct Note {
        std::uint64_t at_ns = 0;  // 0: none yet
        std::uint64_t waits = 0;
        std::uint64_t sleeps = 0;
    };
    Note first_{};
    Note last_{};
};

}  // namespace benchmarks
