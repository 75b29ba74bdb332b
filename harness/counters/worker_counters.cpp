// One worker's counters: opening, windows, totals.
#include "harness/counters/worker_counters.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <stdexcept>
#include <string>

#include "harness/counters/reading.hpp"
#include "harness/counters/thread_statistics.hpp"

namespace latchmark::counters {

WorkerCounters::SourceIndex WorkerCounters::source_of(Tier tier) {
    switch (tier) {
        case Tier::uarch:
        case Tier::generic:
            return hardware;
        case Tier::software:
            return software;
        case Tier::rusage:
            return rusage;
        case Tier::schedstat:
            return schedstat;
    }
    return hardware;
}

WorkerCounters::WorkerCounters(std::span<const ResolvedRole> roles, Kernel& kernel)
    : kernel_(kernel), hardware_group_(kernel), software_group_(kernel) {
    if (roles.size() > kMaxRoles) throw std::invalid_argument("a worker counts at most " + std::to_string(kMaxRoles) + " roles");
    open_roles(roles);
    start_groups();
    rehearse();
}

WorkerCounters::~WorkerCounters() {
    if (schedstat_file_ >= 0) kernel_.close(schedstat_file_);
}

void WorkerCounters::open_roles(std::span<const ResolvedRole> roles) {
    for (const ResolvedRole& role : roles) {
        Slot& slot = slots_[size_++];
        slot.source = source_of(role.tier);
        slot.outcome = {role.status, role.error};
        if (role.status != Status::counted) continue;
        switch (slot.source) {
            case hardware:
            case software: {
                EventGroup& group = group_of(slot.source);
                slot.column = group.size();
                slot.outcome = group.add(role.encoding, role.opened_as);
                break;
            }
            case rusage:
                slot.column = rusage_column(role.role)->index;
                break;
            case schedstat:
                slot.column = schedstat_column(role.role)->index;
                slot.outcome = open_schedstat();
                break;
        }
        if (slot.outcome.status == Status::counted) sources_[slot.source].is_used = true;
    }
}

Outcome WorkerCounters::open_schedstat() {
    if (schedstat_file_ < 0) schedstat_file_ = kernel_.open_file(kSchedstatPath);
    if (schedstat_file_ >= 0) return {};
    return {status_of_refusal(-schedstat_file_), -schedstat_file_};
}

void WorkerCounters::start_groups() {
    for (const SourceIndex index : {software, hardware})
        if (sources_[index].is_used) sources_[index].outcome = group_of(index).enable();
    if (!sources_[hardware].is_used || sources_[hardware].outcome.status != Status::counted) return;
    hardware_group_.shed_what_does_not_run();
    for (Slot& slot : std::span(slots_).first(size_))
        if (slot.source == hardware && slot.outcome.status == Status::counted && slot.column >= hardware_group_.size())
            slot.outcome = {Status::never_scheduled, 0};
}

void WorkerCounters::rehearse() {
    // The first one faults in what reading touches, and an interrupt or a preemption may fall into another: the least is what
    // reading always counts.
    constexpr int kRehearsals = 3;
    const auto slots = std::span(slots_).first(size_);
    for (Slot& slot : slots) slot.empty = std::numeric_limits<std::uint64_t>::max();
    for (int window = 0; window < kRehearsals; ++window) {
        begin_window();
        end_window();
        for (Slot& slot : slots) slot.empty = std::min(slot.empty, slot.raw);
        forget();
    }
}

void WorkerCounters::read(SourceIndex index, Frame& frame) {
    Source& source = sources_[index];
    if (!source.is_used || source.outcome.status != Status::counted) return;
    switch (index) {
        case hardware:
        case software:
            source.outcome = group_of(index).read(frame.values, frame.times);
            break;
        case rusage:
            source.outcome = read_rusage(kernel_, frame.values);
            break;
        case schedstat:
            source.outcome = read_schedstat(kernel_, schedstat_file_, frame.values);
            break;
    }
}

// The hardware group is read next to the timed stretch on both sides, so that it does not count the other readings.
void WorkerCounters::begin_window() {
    for (const SourceIndex index : {schedstat, rusage, software, hardware}) read(index, sources_[index].begin);
}

void WorkerCounters::end_window() {
    for (const SourceIndex index : {hardware, software, rusage, schedstat}) read(index, sources_[index].end);
    for (Source& source : sources_) accumulate_times(source);
    for (Slot& slot : std::span(slots_).first(size_)) accumulate(slot);
    ++windows_;
}

void WorkerCounters::accumulate_times(Source& source) {
    if (!source.is_used || source.outcome.status != Status::counted) return;
    const GroupTimes &begin = source.begin.times, &end = source.end.times;
    if (end.enabled_ns < begin.enabled_ns || end.running_ns < begin.running_ns) {
        source.outcome = {Status::read_failed, ERANGE};
        return;
    }
    source.total.enabled_ns += end.enabled_ns - begin.enabled_ns;
    source.total.running_ns += end.running_ns - begin.running_ns;
}

void WorkerCounters::accumulate(Slot& slot) {
    const Source& source = sources_[slot.source];
    if (slot.outcome.status != Status::counted || source.outcome.status != Status::counted) return;
    const std::uint64_t begin = source.begin.values[slot.column], end = source.end.values[slot.column];
    // The unsigned difference would be a count near 2^64.
    if (end < begin) {
        slot.outcome = {Status::read_failed, ERANGE};
        return;
    }
    slot.raw += end - begin;
}

void WorkerCounters::forget() {
    for (Slot& slot : slots_) slot.raw = 0;
    for (Source& source : sources_) source.total = {};
    windows_ = 0;
}

void WorkerCounters::publish(WorkerCounts& counts) const {
    counts.size = static_cast<std::uint32_t>(size_);
    for (std::size_t index = 0; index < size_; ++index) {
        const Slot& slot = slots_[index];
        const Source& source = sources_[slot.source];
        RoleCount& count = counts.roles[index];
        count = {0, 0, 0, slot.outcome.status, slot.outcome.error, 0};
        if (slot.outcome.status != Status::counted) continue;
        if (source.outcome.status != Status::counted) {
            count.status = source.outcome.status;
            count.error = source.outcome.error;
            continue;
        }
        if (windows_ == 0) {
            count.status = Status::read_failed;
            continue;
        }
        const GroupTimes& total = source.total;
        const bool has_times = slot.source == hardware || slot.source == software;
        count = {slot.raw,
                 total.enabled_ns,
                 total.running_ns,
                 has_times ? status_of(total.enabled_ns, total.running_ns) : Status::counted,
                 0,
                 slot.empty * windows_};
    }
}

}  // namespace latchmark::counters
