// Looks at each CPU of a team: who it says it is, and which PMU counts on it.
#include "harness/counters/host.hpp"

#include <algorithm>
#include <cerrno>
#include <sched.h>

#include "harness/counters/microarchitecture.hpp"
#include "harness/counters/pmu.hpp"

namespace latchmark::counters {
namespace {

unsigned current_cpu() {
    const int cpu = ::sched_getcpu();
    return cpu < 0 ? 0 : static_cast<unsigned>(cpu);
}

// A lone PMU counts on every CPU of which it does not say otherwise. One of several must say so itself: an event that is sent
// to another core's PMU opens and never runs.
bool counts_on(const CpuPmu& pmu, unsigned cpu, bool is_alone) {
    const auto is_listed = pmu.cpus ? lists_cpu(*pmu.cpus, cpu) : std::nullopt;
    return is_listed.value_or(is_alone);
}

// Null when there is none, or more than one.
const CpuPmu* pmu_of(unsigned cpu, const std::vector<CpuPmu>& pmus) {
    const auto counts = [&](const CpuPmu& pmu) { return counts_on(pmu, cpu, pmus.size() == 1); };
    const auto found = std::ranges::find_if(pmus, counts);
    return found != pmus.end() && std::ranges::count_if(pmus, counts) == 1 ? &*found : nullptr;
}

// A kind of core: two CPUs are alike when both parts are equal.
struct Kind {
    Identification cpu;
    const CpuPmu* pmu;
    friend bool operator==(const Kind&, const Kind&) = default;
};

std::vector<Kind> kinds_of(const std::vector<unsigned>& cpus, const std::vector<CpuPmu>& pmus, Kernel& kernel) {
    std::vector<Kind> kinds;
    for (const unsigned cpu : cpus) {
        const Kind kind{kernel.identify(cpu), pmu_of(cpu, pmus)};
        if (std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
    }
    return kinds;
}

std::string text_of(const Kind& kind, bool is_mixed) {
    return kind.pmu != nullptr && is_mixed ? text_of(kind.cpu) + " on " + kind.pmu->name : text_of(kind.cpu);
}

void choose_table(Host& host) {
    const Microarchitecture found = microarchitecture_of(host.cpu);
    if (found.table) host.table = find_event_table(*found.table);
    if (host.table == nullptr) host.why_no_table = found.why.value_or("there is no event table " + found.table.value_or(""));
}

}  // namespace

bool Host::implements(const Encoding& encoding) const {
    // The architecture's common events. Arm's kernel opens any number; of these alone it says which ones the core has.
    const std::uint64_t event = encoding.config;
    const bool is_common = event < 0x40 || (event >= 0x4000 && event < 0x4040);
    return cpu.maker != Maker::arm || !is_common || std::ranges::binary_search(listed, event);
}

Host host_of(const std::vector<unsigned>& cpus, Kernel& kernel) {
    Host host;
    host.pmu = outcome_of_pmu(kernel);
    host.perf_event_paranoid = perf_event_paranoid(kernel);
    std::vector<CpuPmu> pmus;
    for (const std::string& name : cpu_pmus(kernel).value_or(std::vector<std::string>{}))
        pmus.push_back(described_pmu(name, kernel));

    const auto kinds = kinds_of(cpus.empty() ? std::vector{current_cpu()} : cpus, pmus, kernel);
    const bool is_mixed = pmus.size() > 1;
    for (const Kind& kind : kinds) host.kinds.push_back(text_of(kind, is_mixed));
    host.cpu = kinds.front().cpu;
    if (kinds.size() > 1) {
        host.why_no_table = "the workers sit on cores of different kinds";
        if (host.pmu.status == Status::counted) host.pmu = {Status::not_supported, EXDEV};
        return host;
    }
    choose_table(host);
    const CpuPmu* pmu = kinds.front().pmu;
    if (is_mixed && pmu != nullptr) host.pmu_type = pmu->type;
    const bool is_unclear = pmu == nullptr ? !pmus.empty() : is_mixed && !pmu->type;
    if (is_unclear && host.pmu.status == Status::counted) host.pmu = {Status::not_supported, ENODEV};
    if (host.cpu.maker == Maker::arm && pmu != nullptr) host.listed = listed_events(pmu->name, kernel);
    return host;
}

}  // namespace latchmark::counters
