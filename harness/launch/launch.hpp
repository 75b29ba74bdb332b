// One launch: a fresh process that measures one point once and answers the runner.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "harness/launch/protocol.hpp"
#include "latchmark/preset.hpp"

namespace latchmark::launch {

// Reads a request from standard input and writes the answer to kAnswerDescriptor. The first thing a launch does: unless
// `never_threaded`, it makes its parked thread before it looks at anything. Returns the process's exit code: 0 once an
// answer was written.
[[nodiscard]] int answer(const Catalogue& catalogue, bool never_threaded);

// The answer to one request, in this process. Never throws: what goes wrong is status "failed" with a reason.
[[nodiscard]] nlohmann::json answer_to(const Request& request, const Catalogue& catalogue, bool never_threaded);

// Google Benchmark's own command line over the whole catalogue: for exploring, since everything shares one process. Throws
// std::invalid_argument where the library's perf counters are asked for.
[[nodiscard]] int google_benchmark(int argc, char** argv, const Catalogue& catalogue);

}  // namespace latchmark::launch
