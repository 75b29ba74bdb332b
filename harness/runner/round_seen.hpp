// What happened around a whole round: a stretch that the kernel's ticks can resolve better than one launch, and the time between
// its launches.
#pragma once
#include <cstdint>

#include "harness/machine/disturbance.hpp"
#include "harness/runner/record.hpp"

namespace latchmark::runner {

// Times are nanoseconds since the sitting began; snapshots are of all CPUs that the run uses.
class RoundSeen {
public:
    RoundSeen(unsigned round, std::uint64_t began_ns, machine::DisturbanceSnapshot before)
        : round_(round), began_ns_(began_ns), before_(std::move(before)) {}

    void add_launch(std::uint64_t wall_ns, const machine::Disturbance& disturbance);

    // Pure. As disturbance_between; foreign_load is the largest that the round or one of its launches has seen, since a burst in
    // the middle is gone at the end.
    [[nodiscard]] RoundRecord ended(std::uint64_t ended_ns, const machine::DisturbanceSnapshot& after) const;

private:
    unsigned round_;
    std::uint64_t began_ns_;
    machine::DisturbanceSnapshot before_;
    std::uint64_t launches_ns_ = 0;
    OrUnavailable<double> foreign_load_ = Unavailable{"no launch saw it"};
};

}  // namespace latchmark::runner
