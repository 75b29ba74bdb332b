// Google Benchmark's frame around the same measurement. The only file that knows the library.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
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
constexpr unsigned kWindows = 6;  // of which five are timed

// What the time of a point is: of one operation, or of one way where the way is the subject.
double time_ns_of(const PointToMeasure& point, const measure::TeamResult& team) {
    std::vector<double> times_ns;
    for (const auto& window : team.timed()) {
        times_ns.push_back(point.is_one_way
                               ? measure::one_way_ns_of(window)
                               : measure::time_per_operation_ns_of(measure::workers_of_part(window, point.plan.parts, 0)));
    }
    return measure::median_of(times_ns);
}

double throughput_of(const PointToMeasure& point, const measure::TeamResult& team) {
    std::vector<double> rates;
    for (const auto& window : team.timed())
        rates.push_back(measure::throughput_of(measure::workers_of_part(window, point.plan.parts, 0)));
    return measure::median_of(rates);
}

// One iteration is one measurement in this process, with a team of its own, and its manual time is the point's time.
// The library's own threads are not used, since its threaded times changed meaning in 1.9.0, and its counters are refused.
void measure_in(benchmark::State& state, const Catalogue& catalogue, Request request) {
    for ([[maybe_unused]] auto _ : state) {
        try {
            request.kind = Kind::calibrate;
            auto point = point_of(request, catalogue, false);
            if (point.variant->options.lacks) {
                if (const auto why = point.variant->options.lacks()) throw std::runtime_error(*why);
            }
            request.batch = measure::measure(*point.variant, point.plan, point.setting, request.node).team.batch;
            request.kind = Kind::measure;
            point = point_of(request, catalogue, false);
            const auto measurement = measure::measure(*point.variant, point.plan, point.setting, request.node);
            if (!measurement.is_verified) {
                state.SkipWithError("verify failed: the workload does not find the operations that were done");
                break;
            }
            state.SetIterationTime(time_ns_of(point, measurement.team) * 1e-9);
            state.counters["throughput"] = throughput_of(point, measurement.team);
        } catch (const std::exception& problem) {
            state.SkipWithError(problem.what());
            break;
        }
    }
}

// Where the teams of an experiment sit here: sizes over the sweep, or one pair of CPUs for each class.
struct Seats {
    Placement placement = Placement::spread;
    std::vector<unsigned> cpus{};
};

std::vector<Seats> teams_of(const Experiment& experiment, const machine::Topology& topology) {
    std::vector<Seats> teams;
    const auto add_placed = [&](Placement placement, std::size_t workers) {
        const auto cpus = machine::place(topology, placement, workers);
        if (const auto* found = std::get_if<std::vector<unsigned>>(&cpus)) teams.push_back({placement, *found});
    };
    switch (experiment.workers) {
        case WorkerSweep::one:
            add_placed(Placement::spread, 1);
            break;
        case WorkerSweep::two:
            add_placed(Placement::spread, 2);
            break;
        case WorkerSweep::one_to_all_cores:
        case WorkerSweep::two_to_all_cores:
            for (const std::size_t workers : machine::worker_steps(topology)) {
                if (workers > 1 || experiment.workers == WorkerSweep::one_to_all_cores) add_placed(Placement::spread, workers);
            }
            break;
        case WorkerSweep::two_at_placements:
        case WorkerSweep::pairs:
            for (const Placement placement : experiment.placements) add_placed(placement, 2);
            break;
    }
    return teams;
}

void register_point(const Catalogue& catalogue, const Request& request, Placement placement) {
    const std::string name = request.experiment + "/" + request.variant +
                             (request.team == Team::processes ? "/team:processes" : "") +
                             "/workers:" + std::to_string(request.workers) + "/placement:" + std::string(name_of(placement));
    benchmark::RegisterBenchmark(name.c_str(),
                                 [&catalogue, request](benchmark::State& state) { measure_in(state, catalogue, request); })
        ->UseManualTime()
        ->Iterations(1)
        ->Unit(benchmark::kNanosecond);
}

void register_variant(const Catalogue& catalogue, const Experiment& experiment, const Variant& variant,
                      const machine::Topology& topology, double chain_step_ns) {
    // This process has threads, so a variant that must never have seen one cannot be shown here.
    if (variant.options.never_threaded || !variant.options.absent.empty()) return;
    for (const Team team : variant.options.teams.empty() ? experiment.teams : variant.options.teams) {
        for (const auto& [placement, cpus] : teams_of(experiment, topology)) {
            if (variant.options.most_workers != 0 && cpus.size() > variant.options.most_workers) continue;
            Request request;
            request.experiment = experiment.name;
            request.variant = variant.name;
            request.team = team;
            request.workers = cpus.size();
            request.cpus = cpus;
            request.seats = machine::seats_of(topology);
            for (const auto& axis : experiment.axes) request.parameters[axis.name] = axis.middle;
            request.windows = kWindows;
            request.window_ns = kWindowNs;
            request.warm_up_ns = kWarmUpNs;
            request.chain_step_ns = chain_step_ns;
            register_point(catalogue, request, placement);
        }
    }
}

// The library opens one group of events that all its threads inherit, and adds it up once for each of them
// (google/benchmark#1153, #1929): too much with two threads, and nothing at all of workers that are processes.
void refuse_perf_counters(int argc, char** argv) {
    constexpr std::string_view kFlag = "--benchmark_perf_counters";
    // Which the library takes for the flag's default.
    const char* variable = std::getenv("BENCHMARK_PERF_COUNTERS");
    bool is_asked = variable != nullptr && *variable != '\0';
    for (int i = 1; i < argc; ++i) is_asked = is_asked || std::string_view(argv[i]).starts_with(kFlag);
    if (is_asked)
        throw std::invalid_argument(std::string(kFlag) +
                                    " is refused: Google Benchmark counts all threads in one group and adds it up once for each; "
                                    "`run` counts each worker for itself, without the flag and without BENCHMARK_PERF_COUNTERS");
}

}  // namespace

int google_benchmark(int argc, char** argv, const Catalogue& catalogue) {
    refuse_perf_counters(argc, argv);
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
