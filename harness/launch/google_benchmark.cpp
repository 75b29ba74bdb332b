// Google Benchmark's frame around the same measurement. The only file that knows the library.
#include <benchmark/benchmark.h>
#include <exception>
#include <string>
#include <variant>

#include "harness/launch/clock_check.hpp"
#include "harness/launch/launch.hpp"
#include "harness/launch/point.hpp"
#include "harness/machine/placement.hpp"
#include "harness/machine/topology.hpp"
#include "harness/measure/arithmetic.hpp"
#include "harness/measure/measurement.hpp"
#include "harness/measure/parked_thread.hpp"

namespace latchmark::launch {
namespace {

constexpr std::uint64_t kWindowNs = 5'000'000;
constexpr std::uint64_t kWarmUpNs = 20'000'000;
constexpr unsigned kWindows = 5;

// One iteration is one measurement in this process, with a team of its own, and its manual time is the time of one operation.
// The library's own threads and its counters are not used: its threaded times changed meaning in 1.9.0, and its counter
// group is inherited by all threads and summed.
void measure_in(benchmark::State& state, const Catalogue& catalogue, Request request) {
    for ([[maybe_unused]] auto _ : state) {
        try {
            request.kind = Kind::calibrate;
            auto point = point_of(request, catalogue, false);
            request.batch = measure::measure(*point.variant, point.plan, point.setting, request.node).team.batch;
            request.kind = Kind::measure;
            point = point_of(request, catalogue, false);
            const auto measurement = measure::measure(*point.variant, point.plan, point.setting, request.node);
            if (!measurement.is_verified) {
                state.SkipWithError("verify failed: the workload does not find the operations that were done");
                break;
            }
            std::vector<double> times_ns;
            for (const auto& window : measurement.team.windows) times_ns.push_back(measure::time_per_operation_ns_of(window));
            const double time_ns = measure::median_of(times_ns);
            state.SetIterationTime(time_ns * 1e-9);
            state.counters["throughput"] = static_cast<double>(request.workers) * 1e9 / time_ns;
        } catch (const std::exception& problem) {
            state.SkipWithError(problem.what());
            break;
        }
    }
}

void register_point(const Catalogue& catalogue, const Request& request) {
    const std::string name = request.experiment + "/" + request.variant +
                             (request.team == Team::processes ? "/team:processes" : "") +
                             "/workers:" + std::to_string(request.workers) + "/placement:spread";
    benchmark::RegisterBenchmark(name.c_str(),
                                 [&catalogue, request](benchmark::State& state) { measure_in(state, catalogue, request); })
        ->UseManualTime()
        ->Iterations(1)
        ->Unit(benchmark::kNanosecond);
}

void register_variant(const Catalogue& catalogue, const Experiment& experiment, const Variant& variant,
                      const machine::Topology& topology, double chain_step_ns) {
    // This process has threads, so a variant that must never have seen one cannot be shown here.
    if (variant.options.never_threaded) return;
    for (const Team team : variant.options.teams.empty() ? experiment.teams : variant.options.teams) {
        for (const std::size_t workers : machine::worker_steps(topology)) {
            if (variant.options.most_workers != 0 && workers > variant.options.most_workers) continue;
            const auto cpus = machine::place(topology, Placement::spread, workers);
            if (std::holds_alternative<Unavailable>(cpus)) continue;
            Request request;
            request.experiment = experiment.name;
            request.variant = variant.name;
            request.team = team;
            request.workers = workers;
            request.cpus = std::get<std::vector<unsigned>>(cpus);
            for (const auto& axis : experiment.axes) request.parameters[axis.name] = axis.middle;
            request.windows = kWindows;
            request.window_ns = kWindowNs;
            request.warm_up_ns = kWarmUpNs;
            request.chain_step_ns = chain_step_ns;
            register_point(catalogue, request);
        }
    }
}

}  // namespace

int google_benchmark(int argc, char** argv, const Catalogue& catalogue) {
    const measure::ParkedThread parked;
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::AddCustomContext("latchmark", "one process for all points: for exploring, not for comparing");
    const auto topology = machine::this_machine();
    const double chain_step_ns = check_clock().chain_step_ns;
    for (const auto& experiment : catalogue.experiments) {
        for (const auto& variant : experiment.variants) register_variant(catalogue, experiment, variant, topology, chain_step_ns);
    }
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}

}  // namespace latchmark::launch
