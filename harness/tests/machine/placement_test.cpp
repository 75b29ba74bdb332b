// Where teams sit on machines that nobody here has.
#include "harness/machine/placement.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "harness/tests/machine/described_machines.hpp"

namespace latchmark::machine {
namespace {

using enum Placement;

TEST(Placement, EveryTeamIsAllowedUniqueOfOneKindAndKeepsItsPromise) {
    std::size_t teams = 0;
    for (const DescribedMachine& machine : machines()) {
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
    for (const DescribedMachine& machine : machines()) {
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
    for (const DescribedMachine& machine : machines()) {
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
    for (const DescribedMachine& machine : machines()) {
        const Topology topology = topology_of(machine.name);
        for (const std::size_t workers : worker_steps(topology)) {
            EXPECT_EQ(placed(topology, spread, workers).size(), workers) << machine.name;
            EXPECT_EQ(placed(topology, compact, workers).size(), workers) << machine.name;
        }
    }
}

}  // namespace
}  // namespace latchmark::machine
