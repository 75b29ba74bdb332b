// Asks each role alone, on the calling thread.
#include "harness/counters/capability.hpp"

#include <cstddef>
#include <sched.h>
#include <span>
#include <utility>

#include "harness/counters/host.hpp"
#include "harness/counters/hypervisor.hpp"
#include "harness/counters/libpfm.hpp"
#include "harness/counters/pmu.hpp"
#include "harness/counters/reading.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/counters/trial.hpp"
#include "harness/counters/worker_counters.hpp"

namespace latchmark::counters {
namespace {

RoleAnswer answer_of(const ResolvedRole& role, Kernel& kernel) {
    WorkerCounters counters(std::span(&role, 1), kernel);
    counters.begin_window();
    if (role.status == Status::counted) work_for_a_trial();
    counters.end_window();
    WorkerCounts counts{};
    counters.publish(counts);
    Reading reading = team_reading(role, std::span(counts.roles).first(1));

    const Role* known = find_role(role.role);
    RoleAnswer answer;
    answer.role = reading.role;
    answer.unit = known->unit;
    answer.meaning = known->meaning;
    answer.caveat = known->caveat;
    answer.status = reading.status;
    answer.why = std::move(reading.why);
    if (role.source.empty()) return answer;
    answer.tier = role.tier;
    answer.source = role.source;
    answer.scope = role.scope;
    if (role.tier != Tier::rusage && role.tier != Tier::schedstat) answer.encoding = role.encoding;
    return answer;
}

// On a machine whose cores are of several kinds the answers are those of one kind, the same at each call: of the first CPU that
// this thread may use. Elsewhere the thread stays where it is.
class FirstKindOfCore {
public:
    explicit FirstKindOfCore(std::size_t kinds) {
        if (kinds < 2 || ::sched_getaffinity(0, sizeof before_, &before_) != 0) return;
        cpu_set_t first;
        CPU_ZERO(&first);
        for (std::size_t cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&first) == 0; ++cpu)
            if (CPU_ISSET(cpu, &before_)) CPU_SET(cpu, &first);
        is_pinned_ = ::sched_setaffinity(0, sizeof first, &first) == 0;
    }
    ~FirstKindOfCore() {
        if (is_pinned_) static_cast<void>(::sched_setaffinity(0, sizeof before_, &before_));
    }
    FirstKindOfCore(const FirstKindOfCore&) = delete;
    FirstKindOfCore& operator=(const FirstKindOfCore&) = delete;

private:
    cpu_set_t before_{};
    bool is_pinned_ = false;
};

// Why there is no table names the CPU too.
std::string description_of(const Host& host) {
    const std::string& who = host.why_no_table.empty() ? host.kinds.front() : host.why_no_table;
    if (!host.pmu_type) return who;
    return who + "; asked on " + host.kinds.front() +
           ", one of several kinds of core here: only workers on cores of one kind have hardware counts";
}

}  // namespace

Capability capability(const std::vector<std::string>& role_names, Kernel& kernel) {
    Capability capability;
    capability.pmus = cpu_pmus(kernel).value_or(std::vector<std::string>{});
    const FirstKindOfCore first(capability.pmus.size());
    const Host host = host_of({}, kernel);
    capability.perf_event_paranoid = host.perf_event_paranoid;
    if (host.table != nullptr) capability.table = host.table->id;
    capability.libpfm = libpfm_file();
    capability.cpu = description_of(host);
    if (const auto hypervisor = hypervisor_of(host.cpu.hypervisor)) capability.hypervisor = hypervisor->name;
    capability.script = kernel.script();
    // One by one: beside others a role could lack room, which is a matter of the launch and not of the machine.
    for (const std::string& name : role_names) capability.roles.push_back(answer_of(resolved_on(host, name, kernel), kernel));
    return capability;
}

}  // namespace latchmark::counters
