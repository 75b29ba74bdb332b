// The closed list of what is known to disturb measuring.
#include "harness/machine/advice.hpp"

#include <optional>
#include <string_view>

#include "harness/machine/kernel_files.hpp"

namespace latchmark::machine {
namespace {

// Nothing where the fact is missing: what is not known gets no advice.
std::optional<std::string> known(const Facts& facts, const std::string& key) {
    const auto found = facts.find(key);
    const auto* value = found != facts.end() ? std::get_if<std::string>(&found->second) : nullptr;
    return value != nullptr ? std::optional(*value) : std::nullopt;
}

class List {
public:
    explicit List(const Facts& facts) : facts_(facts) {}

    // Adds the advice when the fact is known and `disturbs` says so of its value.
    template <typename Disturbs>
    void when(const std::string& key, Disturbs disturbs, const Advice& advice) {
        if (const auto value = known(facts_, key); value && disturbs(*value)) list_.push_back(advice);
    }
    [[nodiscard]] std::vector<Advice> taken() && { return std::move(list_); }

private:
    const Facts& facts_;
    std::vector<Advice> list_{};
};

auto is(std::string_view bad) {
    return [bad](const std::string& value) { return value == bad; };
}
auto is_not(std::string_view good) {
    return [good](const std::string& value) { return value != good; };
}

bool refuses_kernel_counts(const std::string& paranoid) { return number_in<long long>(paranoid).value_or(0) > 1; }

// The clocks that are read without entering the kernel.
bool is_slow_clock(const std::string& clock) {
    return clock != "tsc" && clock != "arch_sys_counter" && clock != "kvm-clock" && !clock.starts_with("hyperv");
}

}  // namespace

std::vector<Advice> advice(const Fingerprint& fingerprint) {
    const Facts& soft = fingerprint.soft;
    List hardware(fingerprint.hard);
    hardware.when("hypervisor", is_not("none"),
                  {"this is a virtual or emulated machine", "other guests take CPU time, and topology and caches may be invented",
                   "use a dedicated host, or more rounds and a look at steal_share"});
    List list(soft);
    list.when("cgroup_quota", is_not("none"),
              {"a control group limits CPU time to " + known(soft, "cgroup_quota").value_or(""),
               "all workers are stopped together when the quota is used up, for up to 100 ms",
               "run outside the container's limit, or raise it"});
    list.when("governor", is_not("performance"),
              {"the frequency governor is " + known(soft, "governor").value_or(""),
               "frequency follows the load, so short windows start slow", "sudo cpupower frequency-set --governor performance"});
    list.when("turbo", is("on"),
              {"turbo is on",
               "frequency depends on temperature and on how many cores work: one worker seems faster than its share of many",
               "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo, or echo 0 | sudo tee "
               "/sys/devices/system/cpu/cpufreq/boost"});
    list.when(
        "clocksource", is_slow_clock,
        {"the clock is " + known(soft, "clocksource").value_or(""), "reading it enters the kernel and costs about a microsecond",
         "boot with clocksource=tsc tsc=reliable where the processor's counter is invariant"});
    list.when("perf_event_paranoid", refuses_kernel_counts,
              {"perf_event_paranoid is " + known(soft, "perf_event_paranoid").value_or(""),
               "an ordinary user gets no counts of the kernel's work, and above 2 often none at all",
               "sudo sysctl kernel.perf_event_paranoid=1"});
    list.when("numa_balancing", is_not("off"),
              {"NUMA balancing is on", "the kernel unmaps pages to see who uses them, and moves them during a measurement",
               "sudo sysctl kernel.numa_balancing=0"});
    list.when("transparent_huge_pages", is("always"),
              {"transparent huge pages are always used", "whether a data structure gets one differs from launch to launch",
               "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"});
    list.when("smt_control", is("on"),
              {"SMT is on", "foreign work on the sibling of a measured core halves its speed unseen",
               "echo off | sudo tee /sys/devices/system/cpu/smt/control (same_core then has no point)"});
    list.when("address_randomization", is_not("on"),
              {"addresses are not randomised", "one memory layout's luck becomes a fixed bias between two programs",
               "sudo sysctl kernel.randomize_va_space=2"});

    std::vector<Advice> all = std::move(hardware).taken();
    for (Advice& entry : std::move(list).taken()) all.push_back(std::move(entry));
    return all;
}

}  // namespace latchmark::machine
