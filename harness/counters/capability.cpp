// Asks each role alone, on the calling thread.
#include "harness/counters/capability.hpp"

#include <span>
#include <utility>

#include "harness/counters/event_table.hpp"
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

}  // namespace

Capability capability(const std::vector<std::string>& role_names, Kernel& kernel) {
    Capability capability;
    capability.perf_event_paranoid = perf_event_paranoid(kernel);
    capability.pmus = cpu_pmus(kernel).value_or(std::vector<std::string>{});
    if (const auto table = table_of_this_core(kernel)) capability.table = table->id;
    capability.libpfm = libpfm_file();
    capability.script = kernel.script();
    // One by one: beside others a role could lack room, which is a matter of the launch and not of the machine.
    for (const std::string& name : role_names)
        for (const ResolvedRole& role : resolve({name}, {}, kernel)) capability.roles.push_back(answer_of(role, kernel));
    return capability;
}

}  // namespace latchmark::counters
