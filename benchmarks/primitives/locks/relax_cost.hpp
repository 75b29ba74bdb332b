// What one spin-wait hint takes here: the unit in which a back-off of so many nanoseconds is waited.
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>

#include "latchmark/base/clock.hpp"
#include "latchmark/base/cpu_relax.hpp"

namespace benchmarks {

// Nanoseconds of one cpu_relax(), measured by the caller's CPU: from 3 on one core to 45 on another, so that a back-off counted
// in hints would be another algorithm on each. The shortest of several stretches, since an interrupt only ever lengthens one.
[[nodiscard]] inline double measured_relax_ns() {
    constexpr int kStretches = 5;
    constexpr int kRelaxes = 200;  // 0.6 to 9 us: the clock's own 20 ns hardly count
    std::uint64_t shortest_ns = std::numeric_limits<std::uint64_t>::max();
    for (int stretch = 0; stretch < kStretches; ++stretch) {
        const std::uint64_t begin_ns = latchmark::now_ns();
        for (int i = 0; i < kRelaxes; ++i) latchmark::cpu_relax();
        shortest_ns = std::min(shortest_ns, latchmark::now_ns() - begin_ns);
    }
    return static_cast<double>(shortest_ns) / kRelaxes;
}

// The same, measured once a process, by whoever asks first: a launch builds its locks after it has been pinned.
[[nodiscard]] inline double relax_ns() {
    static const double once = measured_relax_ns();
    return once;
}

// Hints that take about this long; at least one, however coarse the hint is.
[[nodiscard]] constexpr std::uint64_t relaxes_in(double duration_ns, double relax_ns) {
    const double relaxes = duration_ns / relax_ns;
    return relaxes < 1 ? 1 : static_cast<std::uint64_t>(relaxes);
}

}  // namespace benchmarks
