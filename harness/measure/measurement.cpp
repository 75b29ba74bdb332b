// Pins, allocates, builds, runs, verifies: in this order, because memory lies where it is first touched.
#include "harness/measure/measurement.hpp"

#include <sys/single_threaded.h>

#include "harness/machine/pinning.hpp"
#include "latchmark/base/clock.hpp"

namespace latchmark::measure {
namespace {

// Address space only; pages are taken as the workload asks for them.
constexpr std::size_t kArenaBytes = std::size_t{256} << 20U;

// A workload that is built while glibc takes the process for single-threaded may keep elided locks for good, and one that is
// built otherwise may not show them: either way the number would be another variant's.
void throw_unless_threading_is(bool wanted_single) {
    if ((__libc_single_threaded != 0) == wanted_single) return;
    throw TeamFailed(wanted_single ? "the process has made a thread, but the variant must never have seen one"
                                   : "the process has no second thread: glibc would leave the atomics out of its locks");
}

std::optional<std::string> node_caution(const void* address, std::optional<unsigned> node) {
    if (!node) return std::nullopt;
    const auto actual = machine::node_of(address);
    if (const auto* missing = std::get_if<Unavailable>(&actual)) return "the memory's node is unknown: " + missing->why;
    const int found = std::get<int>(actual);
    if (found == static_cast<int>(*node)) return std::nullopt;
    return "the memory lies on node " + std::to_string(found) + " instead of " + std::to_string(*node);
}

Measurement measure_in(Arena& arena, const Variant& variant, const TeamPlan& plan, Setting setting,
                       std::optional<unsigned> node) {
    Measurement measurement;
    setting.memory = &arena;
    const std::uint64_t begin_ns = now_ns();
    const OwnedWorkload workload = variant.make(setting);
    measurement.set_up_ns = now_ns() - begin_ns;
    if (auto caution = node_caution(workload.get(), node)) measurement.cautions.push_back(std::move(*caution));

    measurement.team = run_team(plan, *workload, arena);
    if (measurement.team.was_single_threaded != plan.never_threaded) {
        throw TeamFailed("glibc took a worker's process for single-threaded, or not, against the plan");
    }
    measurement.is_verified = workload->verify(measurement.team.operations);
    if (plan.purpose == Purpose::counts) {
        measurement.final_tallies.resize(plan.final_tallies);
        workload->final_tallies(measurement.team.operations, measurement.final_tallies);
    }
    measurement.quantities = workload->quantities();
    if (measurement.quantities.size() != variant.quantities.size()) {
        throw TeamFailed("the workload gives " + std::to_string(measurement.quantities.size()) + " quantities and names " +
                         std::to_string(variant.quantities.size()));
    }
    return measurement;
}

}  // namespace

std::vector<Measurement> measure_on_pages(const Variant& variant, const TeamPlan& plan, const Setting& setting,
                                          std::optional<unsigned> node, unsigned pages) {
    // This thread builds the workload where worker 0 will use it, and sleeps while the team runs.
    if (const auto why = machine::pin_this_thread(plan.cpus.front())) throw TeamFailed(*why);
    throw_unless_threading_is(plan.never_threaded);
    Arena arena(kArenaBytes, plan.team);
    std::optional<std::string> unbound;
    if (node) unbound = machine::bind_memory(arena.address(), arena.capacity(), *node);
    std::vector<Measurement> measurements;
    for (unsigned page = 0; page < pages; ++page) {
        arena.skip_to_next_page();
        auto& measurement = measurements.emplace_back(measure_in(arena, variant, plan, setting, node));
        if (unbound) measurement.cautions.push_back("the memory is not bound to node " + std::to_string(*node) + ": " + *unbound);
    }
    return measurements;
}

Measurement measure(const Variant& variant, const TeamPlan& plan, const Setting& setting, std::optional<unsigned> node) {
    return std::move(measure_on_pages(variant, plan, setting, node, 1).front());
}

}  // namespace latchmark::measure
