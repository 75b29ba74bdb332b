// Which pairs of CPUs are visited on machines that nobody here has, by class and for the map.
#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <set>
#include <span>

#include "harness/machine/placement.hpp"
#include "harness/tests/machine/described_machines.hpp"

namespace latchmark::machine {
namespace {

using enum Placement;

std::vector<CpuPair> pairs(const Topology& topology, Placement placement, std::size_t limit) {
    const auto result = pairs_of(topology, placement, limit);
    const auto* found = std::get_if<std::vector<CpuPair>>(&result);
    if (found == nullptr) ADD_FAILURE() << name_of(placement) << ": " << std::get<Unavailable>(result).why;
    return found != nullptr ? *found : std::vector<CpuPair>{};
}

constexpr std::array kPairClasses{same_core, same_llc, other_llc, other_socket};

TEST(Pairs, AreDifferentBoundedOfOneKindAndOfTheirClass) {
    for (const DescribedMachine& machine : machines()) {
        const Topology topology = topology_of(machine.name);
        for (const Placement placement : kPairClasses) {
            if (lacks(topology, placement)) continue;
            SCOPED_TRACE(machine.name + " " + std::string(name_of(placement)));
            const auto chosen = pairs(topology, placement, 8);
            EXPECT_FALSE(chosen.empty());
            EXPECT_LE(chosen.size(), 8U);
            EXPECT_EQ(std::set(chosen.begin(), chosen.end()).size(), chosen.size());
            for (const auto& [first, second] : chosen) {
                EXPECT_NE(first, second);
                EXPECT_EQ(different(topology, {first, second}, &Cpu::kind), 1U);
                EXPECT_TRUE(keeps_its_promise(topology, placement, {first, second})) << first << " " << second;
            }
        }
    }
}

TEST(Pairs, AreAllOfThemWhereThereAreFew) {
    using Pairs = std::set<CpuPair>;
    const auto as_set = [](const std::vector<CpuPair>& chosen) { return Pairs(chosen.begin(), chosen.end()); };
    EXPECT_EQ(as_set(pairs(topology_of("two_cores"), same_llc, 8)), (Pairs{{0, 1}}));
    EXPECT_EQ(as_set(pairs(topology_of("four_cores_smt"), same_core, 8)), (Pairs{{0, 1}, {2, 3}, {4, 5}, {6, 7}}));
    EXPECT_EQ(as_set(pairs(topology_of("four_cores_smt"), same_llc, 8)), (Pairs{{0, 2}, {0, 4}, {0, 6}, {2, 4}, {2, 6}, {4, 6}}));
}

TEST(Pairs, AreSpreadOverSocketsCachesCoresAndDistances) {
    const auto values = [](const Topology& topology, const std::vector<CpuPair>& chosen, unsigned Cpu::*what) {
        Ids ids;
        for (const auto& [first, second] : chosen) ids.insert(ids.end(), {first, second});
        return different(topology, ids, what);
    };
    const Topology two = topology_of("two_sockets");  // with 2 caches of 8 cores each
    EXPECT_EQ(values(two, pairs(two, same_core, 8), &Cpu::core), 8U);
    EXPECT_EQ(values(two, pairs(two, same_core, 4), &Cpu::llc), 4U);
    EXPECT_EQ(values(two, pairs(two, same_llc, 4), &Cpu::llc), 4U);
    EXPECT_EQ(values(two, pairs(two, same_llc, 8), &Cpu::core), 16U);
    EXPECT_EQ(values(two, pairs(two, other_llc, 2), &Cpu::package), 2U);
    EXPECT_EQ(values(two, pairs(two, other_socket, 4), &Cpu::llc), 4U);
    const Topology eight = topology_of("cpus_576");  // 8 sockets
    EXPECT_EQ(values(eight, pairs(eight, same_llc, 8), &Cpu::package), 8U);
    EXPECT_EQ(values(eight, pairs(eight, other_socket, 28), &Cpu::package), 8U);
    std::set<CpuPair> sockets;
    for (const auto& [first, second] : pairs(eight, other_socket, 28))
        sockets.emplace(cpu_of(eight, first).package, cpu_of(eight, second).package);
    EXPECT_EQ(sockets.size(), 28U);  // every pair of sockets once before any twice

    const Topology mesh = topology_of("arm_128");
    std::set<unsigned> distances;
    for (const auto& [first, second] : pairs(mesh, same_llc, 8))
        distances.insert(cpu_of(mesh, second).core - cpu_of(mesh, first).core);
    EXPECT_GE(distances.size(), 7U);
    EXPECT_GT(*distances.rbegin() - *distances.begin(), 64U);  // half the mesh
}

TEST(Pairs, OfASmallerLimitAreTheFirstOfALargerOne) {
    const Topology topology = topology_of("cpus_576");
    const auto eight = pairs(topology, other_socket, 8);
    EXPECT_TRUE(std::ranges::equal(pairs(topology, other_socket, 3), std::span(eight).first(3)));
}

TEST(Pairs, DoNotDependOnTheNumbersOfTheOperatingSystem) {
    std::mt19937 random(1);
    for (const char* name : {"two_sockets", "hybrid", "ids_across_sockets", "arm_128"}) {
        const Topology topology = topology_of(name);
        Ids numbers(1024);
        std::iota(numbers.begin(), numbers.end(), 0U);
        std::ranges::shuffle(numbers, random);
        const auto renumbered_pair = [&](const CpuPair& pair) { return CpuPair(numbers[pair.first], numbers[pair.second]); };
        Topology renumbered = topology;
        for (Cpu& cpu : renumbered.cpus) cpu.os_id = numbers[cpu.os_id];
        for (const Placement placement : kPairClasses) {
            if (lacks(topology, placement)) continue;
            auto expected = pairs(topology, placement, 8);
            std::ranges::transform(expected, expected.begin(), renumbered_pair);
            EXPECT_EQ(pairs(renumbered, placement, 8), expected) << name << " " << name_of(placement);
        }
        auto expected = map_rows(topology);
        for (auto& row : expected) std::ranges::transform(row, row.begin(), renumbered_pair);
        EXPECT_EQ(map_rows(renumbered), expected);
    }
}

TEST(Pairs, OfAClassThatIsMissingAreAReason) {
    const auto why = [](const Topology& topology, Placement placement) {
        const auto result = pairs_of(topology, placement, 8);
        const auto* reason = std::get_if<Unavailable>(&result);
        return reason != nullptr ? reason->why : "found";
    };
    EXPECT_EQ(why(topology_of("two_cores"), same_core), "needs 2 CPUs of one core; this machine has none");
    EXPECT_EQ(why(topology_of("one_cpu"), same_llc), "needs 2 cores that share a last-level cache; this machine has none");
    EXPECT_EQ(why(topology_of("no_caches"), same_llc),
              "needs to know which cores share a last-level cache; this machine does not say");
    EXPECT_EQ(why(topology_of("two_cores"), spread), "spread is not a class of pairs");
}

TEST(MapRows, AreEachCoreWithEachOther) {
    using Rows = std::vector<std::vector<CpuPair>>;
    EXPECT_EQ(map_rows(topology_of("two_cores")), (Rows{{{0, 1}}, {{1, 0}}}));
    EXPECT_EQ(map_rows(topology_of("one_cpu")), Rows{});
    EXPECT_EQ(lacks(topology_of("one_cpu"), map_row), "needs 2 cores; this machine has 1");
    const Topology two = topology_of("two_cores");
    EXPECT_EQ(lacks(two, map_row), std::nullopt);
    EXPECT_EQ(refusal(two, map_row, 2), "a row of the map is visited pair by pair, not by a team");

    const Topology hybrid = topology_of("hybrid");
    const auto rows = map_rows(hybrid);
    ASSERT_EQ(rows.size(), 24U);  // of both kinds
    for (const auto& row : rows) EXPECT_EQ(row.size(), 23U);
    EXPECT_NE(cpu_of(hybrid, rows.front().back().second).kind, cpu_of(hybrid, rows.front().front().first).kind);
    EXPECT_EQ(map_rows(topology_of("cpus_576")).size(), 288U);
}

}  // namespace
}  // namespace latchmark::machine
