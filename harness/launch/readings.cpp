// Readings by role, migrations and drift by worker.
#include "harness/launch/readings.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "harness/counters/reading.hpp"
#include "harness/measure/arithmetic.hpp"

namespace latchmark::launch {
namespace {

using nlohmann::json;

json optional_number(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

// Of an event that counted for a part of the time or never: what the kernel gave is then not the value, and judges may want it.
bool is_partial(const counters::RoleCount& count) {
    using enum counters::Status;
    return count.status == scaled || count.status == undersampled || count.status == never_scheduled;
}

// One number a worker; null where nothing was read, since a group that was enabled has a time.
json of_each_worker(std::span<const counters::RoleCount> counts, std::uint64_t counters::RoleCount::*number) {
    json numbers = json::array();
    for (const auto& count : counts) numbers.push_back(count.enabled_ns == 0 ? json(nullptr) : json(count.*number));
    return numbers;
}

void add_kernels_numbers(json& entry, std::span<const counters::RoleCount> counts) {
    const auto is_read = [](const auto& count) { return count.enabled_ns > 0; };
    if (std::ranges::none_of(counts, is_partial) || std::ranges::none_of(counts, is_read)) return;
    entry["raw"] = of_each_worker(counts, &counters::RoleCount::raw);
    entry["enabled_ns"] = of_each_worker(counts, &counters::RoleCount::enabled_ns);
    entry["running_ns"] = of_each_worker(counts, &counters::RoleCount::running_ns);
}

}  // namespace

json readings_json(const std::vector<counters::ResolvedRole>& roles, const std::vector<counters::WorkerCounts>& workers) {
    json readings = json::object();
    for (std::size_t role = 0; role < roles.size(); ++role) {
        std::vector<counters::RoleCount> counts;
        counts.reserve(workers.size());
        for (const auto& worker : workers) counts.push_back(role < worker.size ? worker.roles[role] : counters::RoleCount{});
        const auto reading = counters::team_reading(roles[role], counts);
        json per_worker = json::array();
        for (const auto& value : reading.per_worker) per_worker.push_back(optional_number(value));
        json& entry = readings[reading.role];
        entry = {{"status", counters::name_of(reading.status)},
                 {"value", optional_number(reading.value)},
                 {"per_worker", std::move(per_worker)}};
        if (reading.why) entry["why"] = *reading.why;
        if (reading.running_share) entry["running_share"] = *reading.running_share;
        if (reading.empty > 0) entry["empty"] = reading.empty;
        add_kernels_numbers(entry, counts);
    }
    return readings;
}

void Disturbance::add(const std::vector<unsigned>& cpus, const measure::TeamResult& team) {
    migrated_windows_.resize(cpus.size());
    chain_drift_.resize(cpus.size());
    involuntary_switches_.resize(cpus.size());
    for (const auto& window : team.windows) {
        for (std::size_t worker = 0; worker < window.size(); ++worker) {
            const bool has_moved = window[worker].cpu_begin != cpus[worker] || window[worker].cpu_end != cpus[worker];
            migrated_windows_[worker] += has_moved ? 1 : 0;
            involuntary_switches_[worker] += window[worker].involuntary_switches;
        }
    }
    // Frequency, or a thief on the CPU.
    for (std::size_t worker = 0; worker < cpus.size(); ++worker)
        chain_drift_[worker].push_back(team.chain_after_ns[worker] / team.chain_before_ns[worker] - 1);
}

json Disturbance::json() const {
    std::vector<double> drift;
    // Of many teams the largest would always be some interrupt's.
    for (const auto& by_team : chain_drift_) drift.push_back(measure::median_of(by_team));
    return {{"migrated_windows", migrated_windows_}, {"chain_drift", drift}, {"involuntary_switches", involuntary_switches_}};
}

}  // namespace latchmark::launch
