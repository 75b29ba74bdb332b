// Sentences for the statuses without a value.
#include "harness/counters/reason.hpp"

#include <cerrno>
#include <cmath>
#include <system_error>

#include "harness/counters/candidate.hpp"
#include "harness/counters/hypervisor.hpp"

namespace latchmark::counters {
namespace {

// "No such file or directory (errno 2)", for what has no sentence of its own.
std::string text_of(int error) { return std::generic_category().message(error) + " (errno " + std::to_string(error) + ")"; }

std::string list_of(const std::vector<std::string>& words) {
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
    return list;
}

// The kernel lets ordinary users count themselves in user mode up to level 2, and in the kernel up to level 1.
std::string why_forbidden(Scope scope, std::optional<int> level) {
    const int needed = scope == Scope::user ? 2 : 1;
    const std::string what = "counting in " + std::string(name_of(scope)) + " scope is not permitted (EACCES)";
    if (level && *level <= needed)
        return what + " although kernel.perf_event_paranoid is " + std::to_string(*level) +
               ": a security module refuses it, so give the binary CAP_PERFMON or ask who administers the machine";
    return what + (level ? " while kernel.perf_event_paranoid is " + std::to_string(*level) : "") +
           ": run sudo sysctl kernel.perf_event_paranoid=" + std::to_string(needed) + ", or give the binary CAP_PERFMON";
}

std::string why_not_permitted(const ResolvedRole& role, int error, const Host& host) {
    if (role.tier == Tier::schedstat) return role.source + " may not be read: is /proc mounted with hidepid?";
    if (error == EPERM)
        return "perf_event_open is forbidden (EPERM), usually by a container's seccomp profile: start the container (docker, "
               "podman) with --cap-add PERFMON or --security-opt seccomp=unconfined";
    return why_forbidden(role.opened_as, host.perf_event_paranoid);
}

std::string why_no_pmu(int error, const Host& host) {
    if (error == ENOSYS)
        return "perf_event_open does not exist here (ENOSYS): an emulator, or a kernel too old or built without perf events; "
               "measure on a real kernel to have counters";
    const auto hypervisor = hypervisor_of(host.cpu.hypervisor);
    if (hypervisor)
        return "this machine runs under " + hypervisor->name +
               " and is shown no performance counters of its CPU: " + std::string(hypervisor->remedy);
    return "this machine shows no performance counters of its CPU: on a virtual machine ask for a virtual PMU, or measure on "
           "bare metal";
}

std::string why_not_supported(const ResolvedRole& role, int error, const Host& host) {
    if (error == EXDEV)
        return "the workers sit on cores of different kinds (" + list_of(host.kinds) +
               "), on which no event counts the same: place them on cores of one kind";
    if (error == ENODEV && host.pmu.error == ENODEV)
        return "the kernel does not say which of its PMUs counts on the workers' cores: are the files cpus and type below "
               "/sys/bus/event_source/devices readable?";
    if (host.pmu_type && role.tier == Tier::generic)
        return "the kernel does not send " + role.source + " to the PMU of this kind of core: " + text_of(error) +
               "; Arm's kernel does from 6.6 on";
    std::string why = "the kernel does not offer " + role.source + " on this machine";
    if (error != 0) why += ": " + text_of(error);
    if (const auto hypervisor = hypervisor_of(host.cpu.hypervisor); hypervisor && is_hardware(role.tier))
        why += "; " + hypervisor->name + " passes on only a part of the events, bare metal has them all";
    return why;
}

std::string why_not_implemented(const ResolvedRole& role, const Host& host) {
    if (host.listed.empty())
        return "the kernel lists no events of this core, so " + role.source +
               " might count nothing: is the folder events of its PMU below /sys/bus/event_source/devices readable?";
    return "this core does not implement " + role.source + ", as the kernel does not list it: it would count 0";
}

std::string why_no_encoding(const Host& host) {
    if (host.table != nullptr) return "this core (event table " + host.table->id + ") has no event for it";
    return host.why_no_table.empty() ? "no event is known to answer this on this core" : host.why_no_table;
}

std::string why_open_failed(const ResolvedRole& role, int error) {
    if (error == EMFILE || error == ENFILE) return "too many open files: raise the limit (ulimit -n)";
    if (error == EBUSY) return role.source + " could not be opened, its counters are taken (EBUSY): close other profilers";
    return role.source + " could not be opened: " + text_of(error);
}

std::string why_read_failed(const ResolvedRole& role, int error) {
    if (error == 0) return "the worker published no counts: it ended early, or no window was measured";
    if (error == ENODATA) return "the counters gave no data: their group was thrown off the CPU, close other profilers";
    if (error == EBADMSG) return "reading " + role.source + " gave an incomplete answer";
    if (error == ERANGE) return role.source + " went backwards within a window";
    return "reading " + role.source + " failed: " + text_of(error);
}

std::string why_undersampled(const RoleCount& count) {
    const double share = static_cast<double>(count.running_ns) / static_cast<double>(count.enabled_ns);
    return "counted during only " + std::to_string(std::lround(100 * share)) +
           " % of the time, too little to extrapolate: something else uses the counters, close other profilers";
}

std::string reason(const ResolvedRole& role, const RoleCount& count, const Host& host) {
    switch (count.status) {
        case Status::counted:
        case Status::scaled:
            return {};
        case Status::undersampled:
            return why_undersampled(count);
        case Status::never_scheduled:
            return role.source +
                   " was open but never ran: its group found no free counters; close other profilers, or turn the NMI "
                   "watchdog off (sudo sysctl kernel.nmi_watchdog=0)";
        case Status::read_failed:
            return why_read_failed(role, count.error);
        case Status::group_full:
            return role.source +
                   " opens alone but not beside the launch's other roles: too few counters; turn the NMI watchdog off "
                   "(sudo sysctl kernel.nmi_watchdog=0) or ask for fewer roles together";
        case Status::not_supported:
            return why_not_supported(role, count.error, host);
        case Status::not_implemented_by_pmu:
            return why_not_implemented(role, host);
        case Status::unresponsive:
            return role.source + " opens and runs but does not react to what it should count";
        case Status::not_permitted:
            return why_not_permitted(role, count.error, host);
        case Status::open_failed:
            return why_open_failed(role, count.error);
        case Status::no_encoding:
            return why_no_encoding(host);
        case Status::no_pmu:
            return why_no_pmu(count.error, host);
    }
    return "unknown status";
}

}  // namespace

std::string reason(const ResolvedRole& role, const Host& host) {
    return reason(role, RoleCount{0, 0, 0, role.status, role.error, 0}, host);
}

std::string reason(const ResolvedRole& role, const RoleCount& count) {
    // Decided before any worker existed, by what was known of the machine then.
    if (count.status == role.status && !role.why.empty()) return role.why;
    return reason(role, count, Host{});
}

}  // namespace latchmark::counters
