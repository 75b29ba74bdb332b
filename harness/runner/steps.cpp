// Worker steps, from coarse to fine.
#include "harness/runner/steps.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <variant>

#include "harness/machine/placement.hpp"

namespace latchmark::runner {

namespace {

using Steps = std::set<std::size_t>;

// A line through so many points needs no thinning: 32 cores have six steps.
constexpr std::size_t kFewSteps = 6;
// Judgement: a cliff that lies between two steps is still seen, and 128 cores take four or five of their eight steps.
constexpr std::size_t kWidestGap = 8;

struct Edges {
    std::size_t cache = 1, socket = 1;
};

// Where the first cache and the first socket are full.
Edges edges_of(std::size_t all, const machine::Topology& topology) {
    const auto seats = machine::place(topology, Placement::compact, all);
    if (!std::holds_alternative<std::vector<unsigned>>(seats)) return {};
    const auto& os_ids = std::get<std::vector<unsigned>>(seats);
    std::map<unsigned, machine::Cpu> cpu_of;
    for (const auto& cpu : topology.cpus) cpu_of.emplace(cpu.os_id, cpu);
    const auto& first = cpu_of.at(os_ids.front());
    const auto like_first = [&](unsigned machine::Cpu::*what) {
        return static_cast<std::size_t>(
            std::count_if(os_ids.begin(), os_ids.end(), [&](unsigned id) { return cpu_of.at(id).*what == first.*what; }));
    };
    return {like_first(&machine::Cpu::llc), like_first(&machine::Cpu::package)};
}

Steps thinned(const Steps& every, const Edges& edges) {
    Steps kept;
    for (const std::size_t edge : Steps{1, 2, edges.cache, edges.socket, *every.rbegin()}) {
        while (!kept.empty() && edge > kWidestGap * *kept.rbegin())
            kept.insert(*std::prev(every.upper_bound(kWidestGap * *kept.rbegin())));
        kept.insert(edge);
    }
    return kept;
}

Steps chosen(Rungs rungs, const machine::Topology& topology) {
    const auto all = machine::worker_steps(topology);
    Steps every(all.begin(), all.end());
    every.insert(2);
    const std::size_t most = *every.rbegin();
    if (rungs == Rungs::ends) return {1, 2, most};
    if (rungs == Rungs::every || every.size() <= kFewSteps) return every;
    return rungs == Rungs::coarse ? Steps{1, 2, most} : thinned(every, edges_of(most, topology));
}

}  // namespace

std::vector<std::size_t> steps_of(Rungs rungs, const machine::Topology& topology) {
    const auto steps = chosen(rungs, topology);
    return {steps.begin(), steps.end()};
}

}  // namespace latchmark::runner
