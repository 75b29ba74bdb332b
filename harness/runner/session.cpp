// One sitting of a run.
#include "harness/runner/session.hpp"

#include <algorithm>
#include <utility>

#include "harness/machine/disturbance.hpp"
#include "harness/runner/control.hpp"
#include "latchmark/base/clock.hpp"

namespace latchmark::runner {

namespace {

std::vector<std::size_t> measured_points_of(const Plan& plan) {
    std::vector<std::size_t> points;
    for (std::size_t point = 0; point < plan.points.size(); ++point)
        if (!plan.points[point].skip) points.push_back(point);
    return points;
}

std::vector<unsigned> cpus_of(const Plan& plan) {
    std::vector<unsigned> cpus;
    for (const auto& point : plan.points) {
        const auto of_point = cpus_used(point);
        cpus.insert(cpus.end(), of_point.begin(), of_point.end());
    }
    return cpus;
}

}  // namespace

double remaining_s(const Record& record) {
    double done_s = 0;
    for (const auto& launch : record.launches) done_s += launch_s(record.plan.points[launch.point]);
    return std::max(0.0, expected_s(record.plan, record.beginning.sides.size()) - done_s);
}

Session::Session(Record& record, Journal& journal, Launcher& launcher, Progress& progress, const machine::Topology& topology,
                 std::uint64_t begin_ns)
    : record_(record),
      journal_(journal),
      launcher_(launcher),
      progress_(progress),
      topology_(topology),
      begin_ns_(begin_ns),
      cpus_(cpus_of(record.plan)) {
    for (const auto& launch : record.launches) done_.emplace(launch.round, launch.point, launch.side);
}

bool Session::run() {
    const auto before = machine::disturbance_now(cpus_);
    const bool is_complete = measure();
    record_.disturbance = machine::disturbance_between(before, machine::disturbance_now(cpus_));
    if (record_.resumed > 0) {
        for (auto& [name, value] : record_.disturbance)
            value = Unavailable{"the run was resumed, and only its last sitting was watched as a whole"};
    }
    return is_complete;
}

bool Session::measure() {
    if (!control() || !calibrate()) return false;
    role_statuses_ = role_statuses_of(record_);
    // Only now: calibrating may have shown that this machine cannot do a point.
    measured_points_ = measured_points_of(record_.plan);
    progress_.expect(remaining_s(record_));
    for (unsigned round = 0; round < record_.plan.rounds; ++round)
        if (!measure_round(round)) return false;
    return true;
}

bool Session::control() {
    if (record_.control) return true;
    auto answers = control_by_launches(launcher_, roles_asked(record_.plan), topology_);
    if (!answers) return false;
    journal_.note(*answers, at_s());
    runner::note(std::move(*answers), record_);
    return true;
}

bool Session::calibrate() {
    for (const std::size_t point : measured_points_of(record_.plan)) {
        const Point& what = record_.plan.points[point];
        if (what.batch || record_.uncalibrated.contains(point)) continue;
        const double planned_s = calibration_s(what);
        const auto calibration = runner::calibrate(launcher_, record_.plan, point);
        if (calibration.status == LaunchStatus::interrupted) return false;
        journal_.note(point, calibration, at_s());
        runner::note(calibration, point, record_);
        progress_.advance(planned_s, "calibrating");
    }
    return true;
}

bool Session::measure_round(unsigned round) {
    const auto what = "round " + std::to_string(round + 1) + " of " + std::to_string(record_.plan.rounds);
    const auto slots = order_of_round(measured_points_, launcher_.sides().size(), record_.plan.seed, round);
    const auto done_before = std::ranges::count_if(slots, [&](const Slot& slot) { return is_done(round, slot); });
    if (done_before == std::ssize(slots)) return true;
    RoundSeen seen(round, at_ns(), machine::disturbance_now(cpus_));
    for (const Slot& slot : slots) {
        if (is_done(round, slot)) continue;
        if (launcher_.is_interrupted()) return false;
        auto launched = launch(slot, round, seen);
        if (launched.status == LaunchStatus::interrupted) return false;
        journal_.note(launched, at_s());
        record_.launches.push_back(std::move(launched));
        progress_.advance(launch_s(record_.plan.points[slot.point]), what);
    }
    // Between the parts of another round lies a time that nobody watched.
    if (done_before > 0) return true;
    auto ended = seen.ended(at_ns(), machine::disturbance_now(cpus_));
    journal_.note(ended, at_s());
    record_.rounds.push_back(std::move(ended));
    return true;
}

bool Session::is_done(unsigned round, const Slot& slot) const { return done_.contains({round, slot.point, slot.side}); }

LaunchRecord Session::launch(const Slot& slot, unsigned round, RoundSeen& seen_of_round) {
    const auto [point, side] = slot;
    const Point& what = record_.plan.points[point];
    Seen seen{.point = point,
              .side = launcher_.sides()[side].name,
              .round = round,
              .order = record_.launches.size(),
              .began_s = at_s()};
    Outcome outcome;
    if (const auto failure = record_.uncalibrated.find(point); failure != record_.uncalibrated.end()) {
        // Not tried again: a point that hangs would cost its time limit in every round.
        outcome = {.status = failure->second.status, .why = "in calibration: " + failure->second.why};
    } else {
        const auto cpus = cpus_used(what);
        const auto before = machine::disturbance_now(cpus);
        const auto request = request_of(record_.plan, point, round, side);
        outcome = launcher_.launch(side, request, what.never_threaded);
        // It could when it was calibrated, so this is no property of the machine.
        if (outcome.status == LaunchStatus::unavailable) outcome.status = LaunchStatus::failed;
        seen.wall_ns = outcome.wall_ns;
        seen.extra_share = request.extra_share;
        seen.disturbance = machine::disturbance_between(before, machine::disturbance_now(cpus));
        seen_of_round.add_launch(seen.wall_ns, seen.disturbance);
    }
    auto text = launch_text(seen, role_statuses_, outcome);
    return {.point = point, .side = side, .round = round, .status = outcome.status, .why = outcome.why, .text = std::move(text)};
}

std::uint64_t Session::at_ns() const { return now_ns() - begin_ns_; }

double Session::at_s() const { return static_cast<double>(at_ns()) * 1e-9; }

}  // namespace latchmark::runner
