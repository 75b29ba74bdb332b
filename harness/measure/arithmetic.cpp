// Rates, overlap, shares and batch sizes.
#include "harness/measure/arithmetic.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace latchmark::measure {

bool is_of_a_team(std::span<const WorkerWindow> workers) {
    return std::all_of(workers.begin(), workers.end(), [](const WorkerWindow& worker) {
        return worker.begin_ns < worker.deadline_ns && worker.end_ns > worker.begin_ns;
    });
}

std::vector<WorkerWindow> workers_of_part(std::span<const WorkerWindow> workers, std::span<const std::size_t> parts,
                                          std::size_t part) {
    std::vector<WorkerWindow> found;
    for (std::size_t worker = 0; worker < workers.size(); ++worker) {
        if ((parts.empty() ? 0 : parts[worker]) == part) found.push_back(workers[worker]);
    }
    return found;
}

double throughput_of(std::span<const WorkerWindow> workers) {
    double rate = 0;
    for (const auto& worker : workers) {
        // Division last and in double: whole nanoseconds per operation would turn 0.3 ns into 0.
        rate += static_cast<double>(worker.operations) * 1e9 / static_cast<double>(worker.end_ns - worker.begin_ns);
    }
    return rate;
}

double time_per_operation_ns_of(std::span<const WorkerWindow> workers) {
    return static_cast<double>(workers.size()) * 1e9 / throughput_of(workers);
}

double cpu_time_per_operation_ns_of(std::span<const WorkerWindow> workers) {
    double cpu_time_ns = 0;
    double operations = 0;
    for (const auto& worker : workers) {
        cpu_time_ns += static_cast<double>(worker.cpu_time_ns);
        operations += static_cast<double>(worker.operations);
    }
    return cpu_time_ns / operations;
}

double one_way_ns_of(std::span<const WorkerWindow> workers) { return 1e9 / throughput_of(workers); }

double overlap_of(std::span<const WorkerWindow> workers) {
    const auto by_begin = [](const WorkerWindow& a, const WorkerWindow& b) { return a.begin_ns < b.begin_ns; };
    const auto by_end = [](const WorkerWindow& a, const WorkerWindow& b) { return a.end_ns < b.end_ns; };
    const auto [first_begin, last_begin] = std::minmax_element(workers.begin(), workers.end(), by_begin);
    const auto [first_end, last_end] = std::minmax_element(workers.begin(), workers.end(), by_end);
    if (first_end->end_ns <= last_begin->begin_ns) return 0;
    return static_cast<double>(first_end->end_ns - last_begin->begin_ns) /
           static_cast<double>(last_end->end_ns - first_begin->begin_ns);
}

std::uint64_t start_skew_ns_of(std::span<const WorkerWindow> workers) {
    const auto [first, last] = std::minmax_element(
        workers.begin(), workers.end(), [](const WorkerWindow& a, const WorkerWindow& b) { return a.begin_ns < b.begin_ns; });
    return last->begin_ns - first->begin_ns;
}

std::vector<double> shares_of(std::span<const std::vector<WorkerWindow>> windows) {
    std::vector<double> shares(windows.empty() ? 0 : windows.front().size(), 0.0);
    double total = 0;
    for (const auto& window : windows) {
        for (std::size_t worker = 0; worker < window.size(); ++worker) {
            shares[worker] += static_cast<double>(window[worker].operations);
            total += static_cast<double>(window[worker].operations);
        }
    }
    for (double& share : shares) share /= total;
    return shares;
}

double median_of(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

std::uint64_t batch_for(double time_per_operation_ns, double target_ns) {
    constexpr double kLargest = 1 << 20;  // keeps a mis-measured empty operation from making a batch of seconds
    return static_cast<std::uint64_t>(std::clamp(std::floor(target_ns / time_per_operation_ns), 1.0, kLargest));
}

std::optional<std::uint64_t> batch_of_team(std::span<const WorkerWindow> workers, std::span<const WorkerWindow> one_by_one,
                                           std::span<const std::size_t> parts, double target_ns) {
    const auto has_no_time = [](const WorkerWindow& each) { return each.end_ns == each.begin_ns; };
    if (std::any_of(workers.begin(), workers.end(), has_no_time)) return std::nullopt;
    const auto time_ns = [&](std::span<const WorkerWindow> window, std::size_t part) {
        return time_per_operation_ns_of(workers_of_part(window, parts, part));
    };
    double slowest_ns = time_ns(workers, 0);
    for (const std::size_t part : std::set(parts.begin(), parts.end())) {
        if (part != 0 && time_ns(one_by_one, part) <= target_ns) slowest_ns = std::max(slowest_ns, time_ns(workers, part));
    }
    return batch_for(slowest_ns, target_ns);
}

}  // namespace latchmark::measure
