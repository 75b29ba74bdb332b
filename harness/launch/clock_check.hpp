// What this machine's clock and delay chain are worth, measured on the CPU the process is pinned to.
#pragma once

namespace latchmark::launch {

struct ClockCheck {
    double resolution_ns = 0;  // smallest step between two different reads
    double read_ns = 0;        // one read, median of many blocks
    double chain_step_ns = 0;  // one step of run_chain(), median of many blocks
};

// Takes about 30 ms, most of it to let the core reach its frequency.
[[nodiscard]] ClockCheck check_clock();

// The first of these alone, in microseconds of time: latencies below it are not told apart.
[[nodiscard]] double clock_resolution_ns();

}  // namespace latchmark::launch
