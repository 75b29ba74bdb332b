// What the runner asks of a launch and what it gets back: one line of JSON each way, versioned, because the two sides of a
// gate may be built from different commits.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "latchmark/experiment.hpp"

namespace latchmark::launch {

inline constexpr int kProtocol = 1;

// Descriptor on which a launch answers; its standard output stays free for whatever a workload prints.
inline constexpr int kAnswerDescriptor = 3;

enum class Kind {
    measure,    // windows of one point
    calibrate,  // the batch of one point, with the real team
    clock,      // the clock and the delay chain of this machine
    control,    // whether `roles` react to what they should count, on a team of the first two `cpus`
};

struct Request {
    Kind kind = Kind::measure;
    std::string experiment{};
    std::string variant{};
    Team team = Team::threads;
    std::size_t workers = 1;
    std::vector<unsigned> cpus{};    // OS id of each worker's CPU
    std::optional<unsigned> node{};  // OS id of the memory node of worker 0's CPU; absent on machines with one node
    // OS ids of the CPUs of each pair that the launch visits with a team of two, on so many fresh pages each. `cpus` are then the
    // first pair, which is calibrated, and a `node` says that each pair's pages lie on the node of its first CPU.
    std::vector<std::pair<unsigned, unsigned>> pairs{};
    unsigned pages = 1;
    std::vector<unsigned> seats{};  // OS ids of CPUs for what the workload makes itself; an older binary does not look at them
    std::map<std::string, double> parameters{};
    Purpose purpose = Purpose::throughput;
    std::uint64_t batch = 1;
    unsigned windows = 1;
    std::uint64_t window_ns = 0;
    std::uint64_t warm_up_ns = 0;
    double chain_step_ns = 1.0;
    std::uint64_t seed = 0;
    RoleGroup roles{};
    std::vector<std::string> unresponsive{};  // roles that failed this run's positive control; an older binary counts them
    // So many operations more than are reported, as a part of them: a slowdown of exactly this size. Not where latencies are
    // recorded, which are of single operations. The answer repeats it, since an older binary does not look at it.
    std::optional<double> extra_share{};
};

// {"protocol": 1, "kind": "measure", ...}; absent optional members are left out.
[[nodiscard]] nlohmann::json to_json(const Request& request);

// Throws std::invalid_argument with one clear line on another protocol, an unknown word, or a missing member.
[[nodiscard]] Request request_from(const nlohmann::json& message);

// The answer is {"protocol": 1, "status", "why"} and for
//   measure:   the members `metrics`, `windows`, `readings`, `disturbance`, `cautions` of a launch in the run file, and `cost`
//              with set_up_ns, warm_up_ns, windows_ns (the runner adds wall_ns and overhead_ns). Where pairs are visited,
//              `windows` has one entry for each, its pages added up, and making the teams is set-up. "extra_share" where it was
//              asked for;
//   calibrate: "batch" (operations), "time_per_operation_ns" and `cost`;
//   clock:     "resolution_ns", "read_ns", "chain_step_ns";
//   control:   "control": the member of that name of the run file's counters.
// status: ok, verify_failed, failed; for calibrate also unavailable: this machine cannot do the point, which is then skipped. All
// but ok have a why. A launch that answers nothing has crashed.

}  // namespace latchmark::launch
