// From counts of workers to the reading of a team.
#include "harness/counters/reading.hpp"

#include <algorithm>
#include <string>

#include "harness/counters/reason.hpp"

namespace latchmark::counters {
namespace {

// How bad a status is. The enumerators go from good to bad; read_failed is zero for another reason and sits between the
// groups that never ran and those that were never complete.
int badness(Status status) { return status == Status::read_failed ? 5 : static_cast<int>(status); }

}  // namespace

Status status_of(std::uint64_t enabled_ns, std::uint64_t running_ns) {
    // Below a fifth of the time, extrapolating says more about the other fifths than the counter does.
    constexpr std::uint64_t kLeastShareDivisor = 5;
    if (running_ns == 0) return Status::never_scheduled;
    if (running_ns >= enabled_ns) return Status::counted;
    return running_ns < enabled_ns / kLeastShareDivisor ? Status::undersampled : Status::scaled;
}

std::optional<double> value_of(const RoleCount& count) {
    if (!has_value(count.status)) return std::nullopt;
    const auto raw = static_cast<double>(count.raw);
    if (count.status == Status::counted) return raw;
    return raw * (static_cast<double>(count.enabled_ns) / static_cast<double>(count.running_ns));
}

void add(WorkerCounts& total, const WorkerCounts& later) {
    if (total.size == 0) {
        total = later;
        return;
    }
    for (std::size_t role = 0; role < total.size; ++role) {
        RoleCount& sum = total.roles[role];
        const RoleCount& count = role < later.size ? later.roles[role] : RoleCount{};
        sum.raw += count.raw;
        sum.enabled_ns += count.enabled_ns;
        sum.running_ns += count.running_ns;
        sum.empty += count.empty;
        if (badness(count.status) <= badness(sum.status)) continue;
        sum.status = count.status;
        sum.error = count.error;
    }
}

Reading team_reading(const ResolvedRole& role, std::span<const RoleCount> per_worker) {
    Reading reading;
    reading.role = asked_name_of(role);
    reading.tier = role.tier;
    reading.scope = role.scope;
    reading.source = role.source;
    if (per_worker.empty()) {
        reading.why = "the team has no workers";
        return reading;
    }
    double sum = 0;
    for (const RoleCount& count : per_worker) {
        reading.per_worker.push_back(value_of(count));
        sum += reading.per_worker.back().value_or(0);
        if (count.enabled_ns > 0) {
            const double share = static_cast<double>(count.running_ns) / static_cast<double>(count.enabled_ns);
            reading.running_share = std::min(reading.running_share.value_or(share), share);
        }
    }
    const auto worst = std::ranges::max_element(per_worker, {}, [](const RoleCount& count) { return badness(count.status); });
    reading.status = worst->status;
    if (has_value(worst->status)) {
        reading.value = sum;
        for (const RoleCount& count : per_worker) reading.empty += count.empty;
        return reading;
    }
    reading.why = reason(role, *worst);
    const auto with_value = std::ranges::count_if(per_worker, [](const RoleCount& count) { return has_value(count.status); });
    if (with_value > 0)  // a sum over some of the workers would look like a small value
        reading.why = "worker " + std::to_string(worst - per_worker.begin()) + " of " + std::to_string(per_worker.size()) + ": " +
                      *reading.why;
    return reading;
}

}  // namespace latchmark::counters
