// Where teams sit on machines that nobody here has.
#include "harness/machine/placement.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <span>

namespace latchmark::machine {
namespace {

using enum Placement;
using Ids = std::vector<unsigned>;

struct Machine {
    std::string name;
    std::string description;
    Ids allowed{};
};

const std::vector<Machine>& machines() {
    static const std::vector<Machine> list{
        {"one_cpu", "synthetic:package:1 l3:1 core:1 pu:1"},
        {"two_cores", "synthetic:package:1 l3:1 core:2 pu:1"},
        {"four_cores_smt", "synthetic:package:1 l3:1 core:4 pu:2"},
        {"two_sockets", "synthetic:package:2 l3:2 core:8 pu:2"},
        {"arm_128", "synthetic:package:1 l3:1 l2:128 core:1 pu:1"},
        {"arm_private_caches", "synthetic:package:1 l2:16 core:1 pu:1"},
        {"hybrid", std::string(LATCHMARK_MACHINE_TEST_DATA) + "/hybrid_8p_16e.xml"},
        {"hybrid_with_one_big_core", std::string(LATCHMARK_MACHINE_TEST_DATA) + "/hybrid_8p_16e.xml", {0, 1, 16, 18, 20}},
        {"holes", "synthetic:package:2 l3:2 core:8 pu:2", {1, 3, 4, 5, 17, 40, 41, 60}},
        {"ids_across_sockets", "synthetic:package:2 l3:2 core:2 pu:2(indexes=0,8,4,12,2,10,6,14,1,9,5,13,3,11,7,15)"},
        {"no_caches", "synthetic:package:2 core:4 pu:2"},
        {"caches_only_in_first_socket", "synthetic:package:2 l3:2 core:8 pu:2", {0, 2, 16, 18, 32}},
        {"threes", "synthetic:package:2 l3:2 core:3 pu:1"},
        {"cpus_576", "synthetic:package:8 l3:1 core:36 pu:2"},
    };
    return list;
}

Topology topology_of(const std::string& name) {
    const auto found = std::ranges::find(machines(), name, &Machine::name);
    return described(found->description, found->allowed);
}

Ids placed(const Topology& topology, Placement placement, std::size_t workers) {
    const auto result = place(topology, placement, workers);
    const auto* ids = std::get_if<Ids>(&result);
    if (ids == nullptr) ADD_FAILURE() << name_of(placement) << " x " << workers << ": " << std::get<Unavailable>(result).why;
    return ids != nullptr ? *ids : Ids{};
}

std::string refusal(const Topology& topology, Placement placement, std::size_t workers) {
    const auto result = place(topology, placement, workers);
    const auto* reason = std::get_if<Unavailable>(&result);
    return reason != nullptr ? reason->why : "placed";
}

const Cpu& cpu_of(const Topology& topology, unsigned os_id) { return *std::ranges::find(topology.cpus, os_id, &Cpu::os_id); }

// How many different cores, caches ... the workers sit on.
std::size_t different(const Topology& topology, const Ids& ids, unsigned Cpu::*what) {
    std::set<unsigned> values;
    for (const unsigned os_id : ids) values.insert(cpu_of(topology, os_id).*what);
    return values.size();
}

// What the class says of neighbouring workers.
bool keeps_its_promise(const Topology& topology, Placement placement, const Ids& ids) {
    const std::size_t cores = different(topology, ids, &Cpu::core);
    const std::size_t caches = different(topology, ids, &Cpu::llc);
    const std::size_t packages = different(topology, ids, &Cpu::package);
    const auto neighbours_differ = [&](unsigned Cpu::*what) {
        return std::ranges::adjacent_find(ids, [&](unsigned a, unsigned b) {
                   return cpu_of(topology, a).*what == cpu_of(topology, b).*what;
               }) == ids.end();
    };
    switch (placement) {
        case same_cpu:
            return std::set(ids.begin(), ids.end()).size() == 1;
        case same_core:
            return cores == 1;
        case same_llc:
            return caches == 1 && cores == ids.size();
        case other_llc:
            return packages == 1 && cores == ids.size() && neighbours_differ(&Cpu::llc);
        case other_socket:
            return cores == ids.size() && neighbours_differ(&Cpu::package);
        case spread:
        case compact:
            return cores == ids.size();
        case oversubscribed:
            return ids.size() > std::set(ids.begin(), ids.end()).size();
        case map_row:
            return false;  // never a team
    }
    return false;
}

TEST(Placement, EveryTeamIsAllowedUniqueOfOneKindAndKeepsItsPromise) {
    std::size_t teams = 0;
    for (const Machine& machine : machines()) {
        const Topology topology = topology_of(machine.name);
        for (const Placement placement : kPlacements)
            for (std::size_t workers = 1; workers <= std::min<std::size_t>(topology.cpus.size() + 2, 80); ++workers) {
                const auto result = place(topology, placement, workers);
                const auto* ids = std::get_if<Ids>(&result);
                if (ids == nullptr) continue;
                ++teams;
                SCOPED_TRACE(machine.name + " " + std::string(name_of(placement)) + " x " + std::to_string(workers));
                ASSERT_EQ(ids->size(), workers);
                for (const unsigned os_id : *ids) ASSERT_EQ(std::ranges::count(topology.cpus, os_id, &Cpu::os_id), 1);
                EXPECT_EQ(different(topology, *ids, &Cpu::kind), 1U);
                EXPECT_TRUE(keeps_its_promise(topology, placement, *ids));
                const bool takes_turns = placement == same_cpu || placement == oversubscribed;
                EXPECT_EQ(std::set(ids->begin(), ids->end()).size() == workers, !takes_turns || workers == 1);
            }
    }
    EXPECT_GT(teams, 500U);  // a function that refuses everything breaks no promise
}

TEST(Placement, TeamsOfGrowingSizeExtendOneAnother) {
    for (const Machine& machine : machines()) {
        const Topology topology = topology_of(machine.name);
        for (const Placement placement : kPlacements) {
            Ids previous;
            for (std::size_t workers = 1; workers <= 70; ++workers) {
                const auto result = place(topology, placement, workers);
                const auto* ids = std::get_if<Ids>(&result);
                if (ids == nullptr) continue;
                EXPECT_TRUE(std::equal(previous.begin(), previous.end(), ids->begin()))
                    << machine.name << " " << name_of(placement);
                previous = *ids;
            }
        }
    }
}

TEST(Placement, DoesNotDependOnTheNumbersOfTheOperatingSystem) {
    std::mt19937 random(1);
    for (const Machine& machine : machines()) {
        const Topology topology = topology_of(machine.name);
        Ids numbers(1024);
        std::iota(numbers.begin(), numbers.end(), 0U);
        std::ranges::shuffle(numbers, random);
        Topology renumbered = topology;
        for (Cpu& cpu : renumbered.cpus) cpu.os_id = numbers[cpu.os_id];
        for (const Placement placement : kPlacements)
            for (const std::size_t workers : {1U, 2U, 3U, 8U, 32U}) {
                auto expected = place(topology, placement, workers);
                if (auto* ids = std::get_if<Ids>(&expected))
                    for (unsigned& os_id : *ids) os_id = numbers[os_id];
                EXPECT_EQ(place(renumbered, placement, workers), expected) << machine.name << " " << name_of(placement);
            }
        EXPECT_EQ(worker_steps(renumbered), worker_steps(topology));
    }
}

TEST(Placement, RefusesWithANumberOfWhatIsMissing) {
    const Topology two = topology_of("two_cores");
    EXPECT_EQ(refusal(two, same_core, 2), "needs 2 CPUs of one core; this machine has none");
    EXPECT_EQ(refusal(two, same_llc, 4), "needs 4 cores that share a last-level cache; this machine has 2");
    EXPECT_EQ(refusal(two, other_llc, 2),
              "needs 2 cores on different last-level caches of one socket, in turn; this machine has none");
    EXPECT_EQ(refusal(two, other_socket, 2), "needs 2 cores on different sockets, in turn; this machine has none");
    EXPECT_EQ(refusal(two, spread, 3), "needs 3 cores of one kind; this machine has 2");
    EXPECT_EQ(refusal(topology_of("one_cpu"), compact, 2), "needs 2 cores of one kind; this machine has 1");
    EXPECT_EQ(refusal(two, oversubscribed, 2), "needs more workers than the 2 CPUs, not 2");
    EXPECT_EQ(refusal(two, spread, 0), "a team needs at least one worker");
    EXPECT_EQ(refusal(Topology{.source = "empty"}, same_cpu, 1), "no CPU is allowed");
}

TEST(Placement, AMissingClassIsMissingForOneWorkerToo) {
    EXPECT_NE(refusal(topology_of("two_cores"), same_core, 1), "placed");
    EXPECT_EQ(lacks(topology_of("one_cpu"), spread), std::nullopt);
    EXPECT_EQ(lacks(topology_of("one_cpu"), oversubscribed), std::nullopt);
    EXPECT_EQ(lacks(topology_of("two_sockets"), other_socket), std::nullopt);
}

TEST(Placement, WithoutCacheInformationCacheClassesAreUnknownRatherThanGuessed) {
    const Topology topology = topology_of("no_caches");
    const std::string reason = "needs to know which cores share a last-level cache; this machine does not say";
    EXPECT_EQ(lacks(topology, same_llc), reason);
    EXPECT_EQ(lacks(topology, other_llc), reason);
    EXPECT_EQ(lacks(topology, other_socket), std::nullopt);
    EXPECT_EQ(worker_steps(topology), (std::vector<std::size_t>{1, 2, 4, 8}));
}

TEST(Placement, SeatsAreOneACore) {
    EXPECT_EQ(seats_of(topology_of("one_cpu")).size(), 1U);
    EXPECT_EQ(seats_of(topology_of("hybrid")).size(), 8U);
    const Topology topology = topology_of("two_sockets");
    EXPECT_EQ(seats_of(topology), placed(topology, spread, 32));
    EXPECT_EQ(different(topology, seats_of(topology), &Cpu::core), 32U);
}

TEST(Placement, PrivateLastLevelCachesLeaveNoSharedOne) {
    const Topology topology = topology_of("arm_private_caches");
    EXPECT_NE(lacks(topology, same_llc), std::nullopt);
    EXPECT_EQ(placed(topology, other_llc, 16).size(), 16U);
}

TEST(Placement, OtherCachesAreTakenFromTheSocketThatHasThem) {
    EXPECT_EQ(placed(topology_of("caches_only_in_first_socket"), other_llc, 4), (Ids{0, 16, 2, 18}));
}

TEST(Placement, SpreadUsesEveryCacheBeforeOneTwice) {
    const Topology topology = topology_of("two_sockets");
    EXPECT_EQ(different(topology, placed(topology, spread, 2), &Cpu::package), 2U);
    EXPECT_EQ(different(topology, placed(topology, spread, 4), &Cpu::llc), 4U);
}

TEST(Placement, CompactFillsOneCacheBeforeTheNext) {
    const Topology topology = topology_of("two_sockets");
    EXPECT_EQ(different(topology, placed(topology, compact, 8), &Cpu::llc), 1U);
    EXPECT_EQ(different(topology, placed(topology, compact, 9), &Cpu::llc), 2U);
    EXPECT_EQ(different(topology, placed(topology, compact, 16), &Cpu::package), 1U);
}

TEST(Placement, CoresListedAcrossCachesAreStillCompact) {
    Topology topology{.source = "cores listed in turn"};
    for (unsigned core = 0; core < 8; ++core)
        topology.cpus.push_back({.os_id = core, .core = core, .llc = core % 2, .package = 0, .node = 0, .kind = 0});
    EXPECT_EQ(placed(topology, compact, 4), (Ids{0, 2, 4, 6}));
}

TEST(Placement, HybridTeamsStayOnTheMostCapableCores) {
    const Topology topology = topology_of("hybrid");
    for (const unsigned os_id : placed(topology, spread, 8)) EXPECT_EQ(cpu_of(topology, os_id).kind, 0U);
    EXPECT_EQ(refusal(topology, spread, 9), "needs 9 cores of one kind; this machine has 8");
    EXPECT_EQ(oversubscribed_workers(topology, 2.0), 32U);  // 8 cores with 2 threads, without the 16 small ones
}

TEST(Placement, ALoneCapableCoreGivesWayToAKindThatHoldsATeam) {
    const Topology topology = topology_of("hybrid_with_one_big_core");
    EXPECT_EQ(placed(topology, spread, 3), (Ids{16, 18, 20}));
}

TEST(Placement, OversubscriptionTakesAllCpusInTurn) {
    EXPECT_EQ(placed(topology_of("four_cores_smt"), oversubscribed, 10), (Ids{0, 1, 2, 3, 4, 5, 6, 7, 0, 1}));
    EXPECT_EQ(oversubscribed_workers(topology_of("two_cores"), 2.0), 4U);
    EXPECT_EQ(oversubscribed_workers(topology_of("two_cores"), 1.5), 3U);
    EXPECT_EQ(oversubscribed_workers(topology_of("two_cores"), 0.5), 3U);
    EXPECT_EQ(oversubscribed_workers(topology_of("one_cpu"), 1.0), 2U);
}

std::vector<CpuPair> pairs(const Topology& topology, Placement placement, std::size_t limit) {
    const auto result = pairs_of(topology, placement, limit);
    const auto* found = std::get_if<std::vector<CpuPair>>(&result);
    if (found == nullptr) ADD_FAILURE() << name_of(placement) << ": " << std::get<Unavailable>(result).why;
    return found != nullptr ? *found : std::vector<CpuPair>{};
}

constexpr std::array kPairClasses{same_core, same_llc, other_llc, other_socket};

TEST(Pairs, AreDifferentBoundedOfOneKindAndOfTheirClass) {
    for (const Machine& machine : machines()) {
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

TEST(WorkerSteps, AreThePowersOfTwoAndTheMachinesOwnBorders) {
    const std::map<std::string, std::vector<std::size_t>> expected{
        {"one_cpu", {1}},
        {"two_cores", {1, 2}},
        {"four_cores_smt", {1, 2, 4}},
        {"two_sockets", {1, 2, 4, 8, 16, 32}},
        {"arm_128", {1, 2, 4, 8, 16, 32, 64, 128}},
        {"hybrid", {1, 2, 4, 8}},
        {"holes", {1, 2, 3, 4, 6}},
        {"threes", {1, 2, 3, 4, 6, 8, 12}},
        {"cpus_576", {1, 2, 4, 8, 16, 32, 36, 64, 128, 256, 288}},
    };
    for (const auto& [name, steps] : expected) EXPECT_EQ(worker_steps(topology_of(name)), steps) << name;
}

TEST(WorkerSteps, EachCanBeSpreadAndPacked) {
    for (const Machine& machine : machines()) {
        const Topology topology = topology_of(machine.name);
        for (const std::size_t workers : worker_steps(topology)) {
            EXPECT_EQ(placed(topology, spread, workers).size(), workers) << machine.name;
            EXPECT_EQ(placed(topology, compact, workers).size(), workers) << machine.name;
        }
    }
}

}  // namespace
}  // namespace latchmark::machine
