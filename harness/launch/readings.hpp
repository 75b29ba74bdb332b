// The counters of a launch and what disturbed it, as the run file has them.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "harness/counters/resolved_role.hpp"
#include "harness/counters/worker_counters.hpp"
#include "harness/measure/measurement.hpp"

namespace latchmark::launch {

// By role, those without a value too; `workers` has the counts of each worker in the order of `roles`.
[[nodiscard]] nlohmann::json readings_json(const std::vector<counters::ResolvedRole>& roles,
                                           const std::vector<counters::WorkerCounts>& workers);

// What the teams of a launch themselves saw of a disturbance; the runner adds what it sees from outside.
class Disturbance {
public:
    void add(const std::vector<unsigned>& cpus, const measure::TeamResult& team);
    [[nodiscard]] nlohmann::json json() const;

private:
    std::vector<unsigned> migrated_windows_{};           // of each worker: those that began or ended on another CPU
    std::vector<std::uint64_t> involuntary_switches_{};  // of each worker, over all windows
    std::vector<std::vector<double>> chain_drift_{};     // of each worker, by team: change of the time of one chain step
};

}  // namespace latchmark::launch
