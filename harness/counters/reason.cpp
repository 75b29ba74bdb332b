// Sentences for the statuses without a value.
#include "harness/counters/reason.hpp"

#include <cerrno>
#include <cmath>
#include <system_error>

#include "harness/counters/candidate.hpp"

namespace latchmark::counters {
namespace {

// "No such file or directory (errno 2)", for what has no sentence of its own.
std::string text_of(int error) { return std::generic_category().message(error) + " (errno " + std::to_string(error) + ")"; }

std::string why_not_permitted(const ResolvedRole& role, int error) {
    if (role.tier == Tier::schedstat) return role.source + " may not be read: is /proc mounted with hidepid?";
    if (error == EPERM)
        return "perf_event_open is forbidden (EPERM), usually by a container's seccomp profile: start the container with "
               "--cap-add PERFMON or --security-opt seccomp=unconfined";
    // The kernel lets ordinary users count themselves in user mode up to level 2, and in the kernel up to level 1.
    const std::string level = role.opened_as == Scope::user ? "2" : "1";
    return "counting in " + std::string(name_of(role.opened_as)) +
           " scope is not permitted (EACCES): run sudo sysctl kernel.perf_event_paranoid=" + level +
           ", or give the binary CAP_PERFMON";
}

std::string why_no_pmu(int error) {
    if (error == ENOSYS)
        return "perf_event_open does not exist here (ENOSYS): an emulator, or a kernel built without perf events; measure on a "
               "real "
               "kernel to have counters";
    return "this machine shows no performance counters of its CPU: on a virtual machine ask for a virtual PMU, or measure on "
           "bare metal";
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

}  // namespace

std::string reason(const ResolvedRole& role, const RoleCount& count) {
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
            return "the kernel does not offer " + role.source + " on this machine" +
                   (count.error == 0 ? std::string() : ": " + text_of(count.error));
        case Status::not_implemented_by_pmu:
            return "this core does not implement " + role.source + ": it would count 0";
        case Status::unresponsive:
            return role.source + " opens and runs but does not react to what it should count";
        case Status::not_permitted:
            return why_not_permitted(role, count.error);
        case Status::open_failed:
            if (count.error == EMFILE) return "too many open files: raise the limit (ulimit -n)";
            return role.source + " could not be opened: " + text_of(count.error);
        case Status::no_encoding:
            return "no event is known to answer this on this core";
        case Status::no_pmu:
            return why_no_pmu(count.error);
    }
    return "unknown status";
}

}  // namespace latchmark::counters
