// Looks a request up in the catalogue.
#include "harness/launch/point.hpp"

#include <algorithm>
#include <stdexcept>

namespace latchmark::launch {
namespace {

template <typename Named>
const Named& find(const std::vector<Named>& all, const std::string& name, const char* what) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Named& item) { return item.name == name; });
    if (found == all.end()) throw std::invalid_argument("no " + std::string(what) + " named '" + name + "' in this binary");
    return *found;
}

// Windows of a calibrating launch: the batch comes from the window before, so the last of them says how good it is.
constexpr unsigned kCalibrationWindows = 4;

std::vector<std::size_t> parts_of(const Variant& variant, std::size_t workers) {
    std::vector<std::size_t> parts;
    if (variant.parts.names.empty()) return parts;
    for (std::size_t worker = 0; worker < workers; ++worker) {
        parts.push_back(variant.parts.of(worker, workers));
        if (parts.back() >= variant.parts.names.size() || parts.front() != 0)
            throw std::invalid_argument("variant '" + variant.name + "' gives worker " + std::to_string(worker) +
                                        " a part that it does not name, or worker 0 not the first");
    }
    return parts;
}

// Worker 0 is where it is; the others stay in their order.
std::vector<unsigned> seats_from(unsigned first, std::vector<unsigned> seats) {
    if (seats.empty()) return seats;
    std::erase(seats, first);
    seats.insert(seats.begin(), first);
    return seats;
}

}  // namespace

PointToMeasure point_of(const Request& request, const Catalogue& catalogue, bool never_threaded) {
    const Experiment& experiment = find(catalogue.experiments, request.experiment, "experiment");
    const Variant& variant = find(experiment.variants, request.variant, "variant");
    if (variant.options.never_threaded != never_threaded || (never_threaded && request.workers != 1)) {
        throw std::invalid_argument("variant '" + variant.name + "' is measured " +
                                    (variant.options.never_threaded ? "with one worker in a process that never made a thread"
                                                                    : "in a process with threads"));
    }
    const bool is_one_way = experiment.workers == WorkerSweep::pairs;
    if (!is_one_way && !request.pairs.empty())
        throw std::invalid_argument("experiment '" + experiment.name + "' is not measured on pairs of CPUs");
    PointToMeasure point;
    point.is_one_way = is_one_way;
    point.variant = &variant;
    point.plan = {.team = request.team,
                  .never_threaded = never_threaded,
                  .cpus = request.cpus,
                  .windows = request.kind == Kind::calibrate ? kCalibrationWindows : request.windows,
                  .window_ns = request.window_ns,
                  .warm_up_ns = request.warm_up_ns,
                  .batch = request.batch,
                  .lockstep = experiment.lockstep,
                  .is_calibrating = request.kind == Kind::calibrate,
                  .purpose = request.purpose,
                  .tallies = variant.tallies.size(),
                  .final_tallies = variant.final_tallies.size(),
                  .parts = parts_of(variant, request.workers),
                  .roles = {},
                  .chain_step_ns = request.chain_step_ns};
    if (request.kind == Kind::measure) {
        point.plan.roles = counters::resolve(counters::roles_of_launch(request.roles),
                                             {.cpus = request.cpus, .unresponsive = request.unresponsive});
        point.plan.extra_share = request.extra_share.value_or(0);
    }
    point.setting = {.workers = request.workers,
                     .team = request.team,
                     .parameters = request.parameters,
                     .chain_step_ns = request.chain_step_ns,
                     .seed = request.seed,
                     .seats = seats_from(request.cpus.front(), request.seats)};
    return point;
}

}  // namespace latchmark::launch
