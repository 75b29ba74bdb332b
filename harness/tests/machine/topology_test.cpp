// What a machine's description becomes.
#include "harness/machine/topology.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <thread>

#include "harness/machine/pinning.hpp"
#include "harness/tests/machine/recorded_machine.hpp"

namespace latchmark::machine {
namespace {

std::size_t different(const Topology& topology, unsigned Cpu::*what) {
    std::set<unsigned> values;
    for (const Cpu& cpu : topology.cpus) values.insert(cpu.*what);
    // Dense from 0, or "how many" and "the largest + 1" would differ for whoever makes an array of them.
    EXPECT_EQ(*values.rbegin() + 1, values.size());
    return values.size();
}

TEST(Topology, KeepsWhatCpusShare) {
    const Topology topology = described("synthetic:package:2 l3:2 core:8 pu:2");
    EXPECT_EQ(topology.source, "synthetic: package:2 l3:2 core:8 pu:2");
    EXPECT_EQ(topology.cpus.size(), 64U);
    EXPECT_EQ(different(topology, &Cpu::core), 32U);
    EXPECT_EQ(different(topology, &Cpu::llc), 4U);
    EXPECT_EQ(different(topology, &Cpu::package), 2U);
    EXPECT_EQ(different(topology, &Cpu::kind), 1U);
    EXPECT_TRUE(topology.llc_is_known);
    EXPECT_EQ(summary(topology), "2 sockets x 16 cores x 2 threads");
}

TEST(Topology, NamesTheLargestLastLevelCache) {
    EXPECT_EQ(described("synthetic:package:1 l3:1(size=33554432) l2:4(size=1048576) core:1 pu:1").llc_kib, 32768U);
}

TEST(Topology, TakesTheOutermostCacheAsLastLevel) {
    const Topology topology = described("synthetic:package:1 l2:4 core:1 pu:1");
    EXPECT_EQ(different(topology, &Cpu::llc), 4U);
}

TEST(Topology, AFirstLevelCacheAloneIsNoLastLevelCache) {
    const Topology topology = described("synthetic:package:2 core:2 l1:1 pu:1");
    EXPECT_FALSE(topology.llc_is_known);
    EXPECT_EQ(topology.llc_kib, std::nullopt);
    EXPECT_EQ(different(topology, &Cpu::llc), 2U);  // as many as packages
}

TEST(Topology, NodesAreTheKernelsNumbers) {
    const Topology topology = described("synthetic:package:2 [numa(indexes=4,1)] core:1 pu:1");
    std::set<unsigned> nodes;
    for (const Cpu& cpu : topology.cpus) nodes.insert(cpu.node);
    EXPECT_EQ(nodes, (std::set<unsigned>{1, 4}));
}

TEST(Topology, HybridCoresHaveTwoKindsAndThePowerfulOneIsFirst) {
    const Topology topology = described(std::string(LATCHMARK_MACHINE_TEST_DATA) + "/hybrid_8p_16e.xml");
    EXPECT_EQ(topology.cpus.size(), 32U);
    for (const Cpu& cpu : topology.cpus) EXPECT_EQ(cpu.kind, cpu.os_id < 16 ? 0U : 1U) << "CPU " << cpu.os_id;
    EXPECT_EQ(summary(topology), "1 socket: 8 cores x 2 threads + 16 cores x 1 thread");
}

TEST(Topology, KindsStayDenseWhenOnlyTheLesserIsAllowed) {
    const std::string path = std::string("xml:") + LATCHMARK_MACHINE_TEST_DATA + "/hybrid_8p_16e.xml";
    const Topology topology = described(path, {16, 18, 20});
    EXPECT_EQ(different(topology, &Cpu::kind), 1U);
    EXPECT_EQ(different(topology, &Cpu::core), 3U);
}

TEST(Topology, ACpusetWithHolesLeavesOnlyItsCpus) {
    const Topology topology = described("synthetic:package:2 l3:2 core:8 pu:2", {1, 4, 5, 40, 999});
    std::set<unsigned> os_ids;
    for (const Cpu& cpu : topology.cpus) os_ids.insert(cpu.os_id);
    EXPECT_EQ(os_ids, (std::set<unsigned>{1, 4, 5, 40}));
    EXPECT_EQ(different(topology, &Cpu::core), 3U);
    EXPECT_EQ(different(topology, &Cpu::package), 2U);
    EXPECT_EQ(summary(topology), "2 sockets: 3 cores, 4 CPUs");
}

TEST(Topology, RefusesWhatDescribesNoMachineInOneLine) {
    RecordedMachine folder;
    folder.with("broken.xml", "<html>no topology</html>");
    for (const std::string& description :
         {std::string("package:2 core:2"), std::string("synthetic:seats:4"), std::string("xml:/nowhere/at/all"),
          std::string("/nowhere.xml"), (folder.root() / "broken.xml").string(), std::string("")}) {
        try {
            static_cast<void>(described(description));
            ADD_FAILURE() << "accepted '" << description << "'";
        } catch (const std::invalid_argument& error) {
            EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
            EXPECT_NE(std::string(error.what()).find("machine '"), std::string::npos) << error.what();
        }
    }
    EXPECT_THROW(static_cast<void>(described("synthetic:core:2 pu:1", {7})), std::invalid_argument);
}

TEST(Topology, ThisMachineHasACpuAndNoneTwice) {
    const Topology topology = this_machine();
    ASSERT_FALSE(topology.cpus.empty());
    std::set<unsigned> os_ids;
    for (const Cpu& cpu : topology.cpus) EXPECT_TRUE(os_ids.insert(cpu.os_id).second);
    EXPECT_EQ(topology.source, "this machine");
}

TEST(Topology, ThisMachineIsWhereTheThreadMayRun) {
    std::thread([] {
        const unsigned last = this_machine().cpus.back().os_id;
        ASSERT_EQ(pin_this_thread(last), std::nullopt);
        const Topology topology = this_machine();
        ASSERT_EQ(topology.cpus.size(), 1U);
        EXPECT_EQ(topology.cpus.front().os_id, last);
    }).join();
}

}  // namespace
}  // namespace latchmark::machine
