// Snapshots of the kernel's running sums, and their differences.
#include "harness/machine/disturbance.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>
#include <unistd.h>

#include "harness/machine/cgroup.hpp"
#include "harness/machine/kernel_files.hpp"

namespace latchmark::machine {
namespace {

// Steal above this share makes a round void, so a zero that could hide it is not given.
constexpr double kCoarsestZeroShare = 0.02;

// A line of /proc/stat: "cpu3 user nice system idle iowait irq softirq steal guest guest_nice". Guest time is within user time.
std::optional<CpuTicks> ticks_in(const std::vector<std::string>& words) {
    constexpr std::size_t kSteal = 8;
    if (words.size() <= kSteal) return std::nullopt;
    CpuTicks ticks{.cpus = 1, .stolen = 0, .total = 0};
    for (std::size_t field = 1; field <= kSteal; ++field) {
        const auto value = number_in<std::uint64_t>(words[field]);
        if (!value) return std::nullopt;
        ticks.total += *value;
        ticks.stolen = *value;  // of the last field, steal
    }
    return ticks;
}

OrUnavailable<CpuTicks> ticks_in(const std::vector<std::string>& lines, const std::vector<unsigned>& os_ids) {
    CpuTicks sum{.cpus = 0, .stolen = 0, .total = 0};
    for (const std::string& line : lines) {
        if (!line.starts_with("cpu")) break;  // the CPUs come first; the interrupts after them are a very long line
        const std::vector<std::string> words = split(line, ' ');
        const auto os_id = number_in<unsigned>(std::string_view(words[0]).substr(3));
        if (!os_id || std::ranges::count(os_ids, *os_id) == 0) continue;
        const auto ticks = ticks_in(words);
        if (!ticks) return Unavailable{"/proc/stat has a line for " + words[0] + " that cannot be understood"};
        sum.stolen += ticks->stolen;
        sum.total += ticks->total;
        ++sum.cpus;
    }
    if (sum.cpus == 0) return Unavailable{"/proc/stat does not list the CPUs one by one"};
    return sum;
}

// "processes 4711": since boot.
OrUnavailable<std::uint64_t> tasks_started_in(const std::vector<std::string>& lines) {
    constexpr std::string_view kName = "processes ";
    const auto line = std::ranges::find_if(lines, [&](const std::string& each) { return each.starts_with(kName); });
    if (line == lines.end()) return Unavailable{"/proc/stat does not count processes"};
    const auto count = number_in<std::uint64_t>(std::string_view(*line).substr(kName.size()));
    if (!count) return Unavailable{"/proc/stat has a line for processes that cannot be understood"};
    return *count;
}

void read_stat(const KernelFiles& files, const std::vector<unsigned>& os_ids, DisturbanceSnapshot& snapshot) {
    const auto content = files.text("proc/stat");
    if (const auto* reason = std::get_if<Unavailable>(&content)) {
        snapshot.ticks = *reason;
        snapshot.tasks_started = *reason;
        return;
    }
    const std::vector<std::string> lines = split(std::get<std::string>(content), '\n');
    snapshot.ticks = ticks_in(lines, os_ids);
    snapshot.tasks_started = tasks_started_in(lines);
}

// Over the CPUs, from whatever of these files they have.
std::vector<double> values_over(const KernelFiles& files, const std::vector<unsigned>& os_ids,
                                const std::vector<std::string>& names) {
    std::vector<double> values;
    for (const unsigned os_id : os_ids)
        for (const std::string& name : names)
            if (const auto text = files.text_if_any(cpu_file(os_id, name)))
                if (const auto value = number_in<double>(*text)) values.push_back(*value);
    return values;
}

double sum_of(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

// "0.01 0.13 0.11 3/88 8700": load averages, runnable threads of all.
void read_load(const KernelFiles& files, DisturbanceSnapshot& snapshot) {
    const auto content = files.text("proc/loadavg");
    if (const auto* reason = std::get_if<Unavailable>(&content)) {
        snapshot.load_1m = snapshot.runnable = *reason;
        return;
    }
    const std::vector<std::string> words = split(std::get<std::string>(content), ' ');
    const auto load = words.empty() ? std::nullopt : number_in<double>(words[0]);
    const auto runnable = words.size() < 4 ? std::nullopt : number_in<double>(words[3].substr(0, words[3].find('/')));
    const Unavailable not_understood{"/proc/loadavg cannot be understood"};
    snapshot.load_1m = load ? OrUnavailable<double>(*load) : not_understood;
    snapshot.runnable =
        runnable ? OrUnavailable<double>(std::max(0.0, *runnable - 1.0)) : not_understood;  // the reader itself runs
}

using Value = OrUnavailable<double>;

// f of both values, or the reason of the one that is missing.
template <typename T>
Value combined(const OrUnavailable<T>& before, const OrUnavailable<T>& after, const std::function<Value(const T&, const T&)>& f) {
    if (const auto* reason = std::get_if<Unavailable>(&before)) return *reason;
    if (const auto* reason = std::get_if<Unavailable>(&after)) return *reason;
    return f(std::get<T>(before), std::get<T>(after));
}

Value growth(const std::uint64_t& before, const std::uint64_t& after) {
    if (after < before) return Unavailable{"the kernel's counter went backwards"};
    return static_cast<double>(after - before);
}

Value resolution(const CpuTicks& before, const CpuTicks& after) {
    // Time spent waiting for input may be corrected downwards, and so may the total.
    if (after.total <= before.total || after.cpus != before.cpus)
        return Unavailable{"no clock tick passed, or CPUs went offline"};
    return static_cast<double>(after.cpus) / static_cast<double>(after.total - before.total);
}

Value steal_share(const CpuTicks& before, const CpuTicks& after) {
    Value hidden = resolution(before, after);
    const auto* hidden_share = std::get_if<double>(&hidden);
    if (hidden_share == nullptr) return hidden;
    if (after.stolen < before.stolen) return Unavailable{"the kernel's counter went backwards"};
    const std::uint64_t stolen = after.stolen - before.stolen;
    const std::uint64_t total = after.total - before.total;
    if (stolen == 0 && *hidden_share > kCoarsestZeroShare)
        return Unavailable{"too short to exclude steal: none seen in " + std::to_string(total) + " ticks of " +
                           std::to_string(after.cpus) + " CPUs"};
    return static_cast<double>(stolen) / static_cast<double>(total);
}

}  // namespace

DisturbanceSnapshot disturbance_now(const std::vector<unsigned>& workers_os_ids, const std::filesystem::path& root) {
    const KernelFiles files(root);
    // Workers that take turns name their CPU once each, and its events would count as often.
    const std::set<unsigned> different(workers_os_ids.begin(), workers_os_ids.end());
    const std::vector<unsigned> os_ids(different.begin(), different.end());
    DisturbanceSnapshot snapshot;
    read_stat(files, os_ids, snapshot);
    snapshot.cgroup_throttled_ns = cgroup_throttled_ns(files);
    read_load(files, snapshot);

    const std::vector<double> throttles =
        values_over(files, os_ids, {"thermal_throttle/core_throttle_count", "thermal_throttle/package_throttle_count"});
    if (throttles.empty())
        snapshot.throttle_count = Unavailable{"this machine does not count thermal throttling (virtual machine?)"};
    else
        snapshot.throttle_count = static_cast<std::uint64_t>(sum_of(throttles));

    const std::vector<double> frequencies_khz = values_over(files, os_ids, {"cpufreq/scaling_cur_freq"});
    if (frequencies_khz.empty())
        snapshot.frequency_khz = Unavailable{"no cpufreq in this machine (virtual machine?)"};
    else
        snapshot.frequency_khz = sum_of(frequencies_khz) / static_cast<double>(frequencies_khz.size());
    return snapshot;
}

std::map<std::string, OrUnavailable<double>> disturbance_between(const DisturbanceSnapshot& before,
                                                                 const DisturbanceSnapshot& after) {
    return {
        {"steal_share", combined<CpuTicks>(before.ticks, after.ticks, steal_share)},
        {"steal_resolution", combined<CpuTicks>(before.ticks, after.ticks, resolution)},
        {"foreign_load",
         combined<double>(before.runnable, after.runnable, [](double first, double second) { return std::max(first, second); })},
        {"load_1m", after.load_1m},
        {"throttle_count", combined<std::uint64_t>(before.throttle_count, after.throttle_count, growth)},
        {"tasks_started", combined<std::uint64_t>(before.tasks_started, after.tasks_started, growth)},
        {"cgroup_throttled_ns", combined<std::uint64_t>(before.cgroup_throttled_ns, after.cgroup_throttled_ns, growth)},
        {"frequency_khz", after.frequency_khz},
    };
}

}  // namespace latchmark::machine
