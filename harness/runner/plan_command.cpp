// `plan` and `list`.
#include "harness/runner/plan_command.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/runner/calibration.hpp"
#include "harness/runner/durable_file.hpp"
#include "harness/runner/facts.hpp"
#include "harness/runner/host_lock.hpp"
#include "harness/runner/json_member.hpp"
#include "harness/runner/progress.hpp"
#include "harness/runner/rounds.hpp"

namespace latchmark::runner {

namespace {

std::size_t measured_points(const Plan& plan) {
    return static_cast<std::size_t>(
        std::count_if(plan.points.begin(), plan.points.end(), [](const Point& point) { return !point.skip; }));
}

// So many as show how the placement goes; all of them are in the plan's file.
void print_cpus(std::ostream& out, const std::vector<unsigned>& cpus) {
    constexpr std::size_t kShown = 8;
    out << "  cpus";
    for (std::size_t i = 0; i < std::min(kShown, cpus.size()); ++i) out << ' ' << cpus[i];
    if (cpus.size() > kShown) out << " ... " << cpus.back();
}

void print(std::ostream& out, const Plan& plan) {
    for (const auto& point : plan.points) {
        out << point.name;
        if (point.skip) {
            out << "  skipped: " << *point.skip << '\n';
            continue;
        }
        print_cpus(out, point.cpus);
        if (point.pairs.size() > 1) out << " and " << point.pairs.size() - 1 << " more pairs";
        out << '\n';
    }
    say_what_is_planned(out, plan, 1);
}

// The points that could not be calibrated stay without a batch: a run tries them again and says what fails.
Exit calibrate_plan(const PlanRequest& request, Plan& plan) {
    const HostLock lock(request.lock_name);
    Interruption interruption;
    const std::string program =
        request.launch_prefix.empty() ? kThisProgram : std::filesystem::read_symlink(kThisProgram).string();
    Launcher launcher({{.name = "head", .binary = program, .build_id = ""}}, request.launch_prefix, std::nullopt, interruption);
    plan.clock = measure_clock(launcher, plan);
    if (!plan.clock) return Exit::incomplete;
    Exit exit = Exit::good;
    for (std::size_t point = 0; point < plan.points.size(); ++point) {
        if (plan.points[point].skip) continue;
        const auto calibration = calibrate(launcher, plan, point);
        if (calibration.status == LaunchStatus::interrupted) return Exit::incomplete;
        apply(calibration, plan.points[point]);
        if (plan.points[point].batch || plan.points[point].skip) continue;
        exit = Exit::bad;
        std::cerr << plan.points[point].name << ": " << name_of(calibration.status) << ": " << calibration.why << '\n';
    }
    return exit;
}

nlohmann::json summary_of(const Preset& preset, const Plan& plan) {
    return {{"name", preset.name},
            {"purpose", preset.purpose},
            {"points", measured_points(plan)},
            {"skipped", plan.points.size() - measured_points(plan)},
            {"minimum_points", or_null(plan.minimum_points)},
            {"rounds", plan.rounds},
            {"expected_s", expected_s(plan, 1)}};
}

}  // namespace

Exit plan(const PlanRequest& request, const Catalogue& catalogue) {
    const Preset& preset = find_preset(catalogue, request.preset);
    if (request.machine && request.calibrate)
        throw UsageError("--calibrate measures, so it needs this machine, not a described one");
    machine::Topology topology;
    try {
        topology = request.machine ? machine::described(*request.machine) : machine::this_machine();
    } catch (const std::invalid_argument& problem) {
        throw UsageError(std::string("--machine: ") + problem.what());
    }
    const std::string machine = request.machine ? "" : fingerprint_with(this_suite(), topology).hard_key_hash;
    Plan planned = plan_of(catalogue, preset, topology, machine, fresh_seed());
    apply(request.changes, planned);
    const Exit exit = request.calibrate ? calibrate_plan(request, planned) : Exit::good;
    if (request.only_expected_s) {
        // Never zero, which would say that there is nothing to wait for.
        std::cout << static_cast<std::uint64_t>(std::max(1.0, std::ceil(expected_s(planned, 1)))) << std::endl;
    } else if (!request.out) {
        print(std::cout, planned);
    } else if (*request.out == "-") {
        std::cout << to_json(planned).dump(1) << std::endl;
    } else {
        write_durably(*request.out, to_json(planned).dump(1) + '\n');
        say_what_is_planned(std::cerr, planned, 1);
    }
    return exit;
}

void list(std::ostream& out, const Catalogue& catalogue, bool as_json) {
    const auto topology = machine::this_machine();
    nlohmann::json presets = nlohmann::json::array();
    for (const auto& preset : catalogue.presets)
        if (const auto planned = plan_if_any(catalogue, preset, topology, "", 0)) presets.push_back(summary_of(preset, *planned));
    if (as_json) {
        nlohmann::json experiments = nlohmann::json::array();
        for (const auto& experiment : catalogue.experiments) experiments.push_back(to_json(description_of(experiment)));
        out << nlohmann::json{{"presets", std::move(presets)}, {"experiments", std::move(experiments)}}.dump(1) << std::endl;
        return;
    }
    out << "presets, with their size on this machine\n";
    for (const auto& preset : presets)
        out << "  " << preset["name"].get<std::string>() << ": " << preset["purpose"].get<std::string>() << "; "
            << preset["points"] << " points (" << preset["skipped"] << " more skipped), " << preset["rounds"] << " rounds, about "
            << duration_text(preset["expected_s"].get<double>()) << '\n';
    out << "experiments\n";
    for (const auto& experiment : catalogue.experiments) {
        out << "  " << experiment.name << ": " << experiment.question << '\n';
        for (const auto& variant : experiment.variants)
            out << "    " << variant.name << (variant.name == experiment.baseline ? " (baseline): " : ": ") << variant.summary
                << '\n';
    }
}

Plan read_plan(const std::filesystem::path& file) {
    std::ifstream stream(file);
    const auto json = stream ? nlohmann::json::parse(stream, nullptr, false) : nlohmann::json(nlohmann::json::value_t::discarded);
    if (json.is_discarded()) throw UsageError("plan " + file.string() + (stream ? ": it is no JSON" : ": it cannot be read"));
    try {
        return plan_from(json);
    } catch (const UsageError& problem) {
        throw UsageError("plan " + file.string() + ": " + problem.what());
    }
}

void refuse_other_machine(const Plan& plan, const std::string& hard_key_hash, const machine::Topology& topology) {
    if (plan.machine.empty())
        throw UsageError("the plan is for a described machine (" + plan.machine_source + "): plan on this one");
    if (plan.machine != hard_key_hash)
        throw UsageError("the plan was made on another machine (hard key " + plan.machine + ", here " + hard_key_hash +
                         "): plan on this one");
    std::set<unsigned> allowed;
    for (const auto& cpu : topology.cpus) allowed.insert(cpu.os_id);
    std::set<unsigned> used(plan.seats.begin(), plan.seats.end());
    for (const auto& point : plan.points)
        for (const unsigned cpu : cpus_used(point)) used.insert(cpu);
    for (const unsigned cpu : used)
        if (!allowed.contains(cpu))
            throw UsageError("the plan uses CPU " + std::to_string(cpu) +
                             ", on which this process may not run (taskset, cpuset)");
}

void say_what_is_planned(std::ostream& out, const Plan& plan, std::size_t sides) {
    const auto measured = measured_points(plan);
    out << plan.preset << ": " << measured << " points, " << plan.points.size() - measured << " more skipped, " << plan.rounds
        << " rounds";
    if (sides > 1) out << ", " << sides << " sides";
    out << ": about " << duration_text(expected_s(plan, sides)) << std::endl;
}

}  // namespace latchmark::runner
