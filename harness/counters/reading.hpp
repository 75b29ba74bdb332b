// What a role's counts mean: scaling, statuses and the sum over a team. Pure arithmetic.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/counters/resolved_role.hpp"
#include "harness/counters/role.hpp"
#include "harness/counters/worker_counters.hpp"

namespace latchmark::counters {

// The answer to one role for one launch: a value, or the reason why there is none.
struct Reading {
    std::string role;                               // as it was asked
    Status status = Status::read_failed;            // the worst of the workers
    std::optional<double> value;                    // over all workers, in the role's unit; only if every worker has one
    std::optional<std::string> why;                 // a sentence, exactly when there is no value
    std::vector<std::optional<double>> per_worker;  // one for each worker of the team
    std::uint64_t empty = 0;                        // the part of the value that reading itself counts; 0 without a value
    std::optional<double> running_share;            // counted part of the time, of the worker with the least; none without times
    Tier tier = Tier::uarch;
    Scope scope = Scope::user;
    std::string source;  // empty when nothing answers the role
};

// What the two times of a group say about its counts.
[[nodiscard]] Status status_of(std::uint64_t enabled_ns, std::uint64_t running_ns);

// The count extrapolated to the whole time; nothing when the status has no value.
[[nodiscard]] std::optional<double> value_of(const RoleCount& count);

// Adds what the same worker of a later team counted of the same roles. The worse status stays: a total that lacks a team would
// look like a small count. `total` is WorkerCounts{} before the first.
void add(WorkerCounts& total, const WorkerCounts& later);

// `per_worker` holds this role's count of each worker, in worker order. A worker that published nothing is a RoleCount{}.
[[nodiscard]] Reading team_reading(const ResolvedRole& role, std::span<const RoleCount> per_worker);

}  // namespace latchmark::counters
