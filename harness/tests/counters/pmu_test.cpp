// What sysfs says of PMUs, whole or garbled.
#include "harness/counters/pmu.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "harness/tests/counters/scripted_kernel.hpp"

namespace latchmark::counters {
namespace {

const std::string kFolder = "/sys/bus/event_source/devices/armv8_pmuv3_0";

TEST(ListsOfCpus, AreTheKernels) {
    for (const unsigned cpu : {0U, 1U, 3U, 8U, 10U, 11U}) EXPECT_EQ(lists_cpu("0-3,8,10-11", cpu), true) << cpu;
    for (const unsigned cpu : {4U, 7U, 9U, 12U, 1000U}) EXPECT_EQ(lists_cpu("0-3,8,10-11", cpu), false) << cpu;
    EXPECT_EQ(lists_cpu("", 0), false);
    EXPECT_EQ(lists_cpu("0-4294967295", 7), true);
    for (const char* garbled : {"x", "0-", "-3", "0--3", "0-3,x", "0 1", "1,,2", "0-3;", "4294967296", "0x3"})
        EXPECT_EQ(lists_cpu(garbled, 0), std::nullopt) << garbled;
}

TEST(Pmus, AreDescribedByTheirFolder) {
    ScriptedKernel kernel;
    kernel.files[kFolder + "/type"] = "8\n";
    kernel.files[kFolder + "/cpus"] = "0-3\n";
    const CpuPmu pmu = described_pmu("armv8_pmuv3_0", kernel);
    EXPECT_EQ(pmu.type, 8U);
    EXPECT_EQ(pmu.cpus, "0-3");
    for (const char* garbled : {"", "\n", "x", "8x", "-8", "0x8", "4294967296", "8 9"}) {
        kernel.files[kFolder + "/type"] = garbled;
        EXPECT_EQ(described_pmu("armv8_pmuv3_0", kernel).type, std::nullopt) << garbled;
    }
    // A list that is cut would lack CPUs.
    kernel.files[kFolder + "/cpus"] = "0";
    for (int i = 0; i < 3000; ++i) kernel.files[kFolder + "/cpus"] += ",1";
    EXPECT_EQ(described_pmu("armv8_pmuv3_0", kernel).cpus, std::nullopt);
    EXPECT_EQ(described_pmu("armv8_other", kernel).cpus, std::nullopt);
    kernel.file_read = -EIO;
    EXPECT_EQ(described_pmu("armv8_pmuv3_0", kernel).cpus, std::nullopt);
    EXPECT_TRUE(kernel.open_descriptors.empty());
}

TEST(ListedEvents, AreThoseThatCanBeRead) {
    ScriptedKernel kernel;
    EXPECT_TRUE(listed_events("armv8_pmuv3_0", kernel).empty());
    kernel.folders[kFolder + "/events"] = {"cpu_cycles", "inst_retired", "stall_backend_mem", "short", "typed", "gone", "long"};
    kernel.files[kFolder + "/events/cpu_cycles"] = "event=0x0011\n";
    kernel.files[kFolder + "/events/inst_retired"] = "event=0x008\n";  // older kernels write three digits
    kernel.files[kFolder + "/events/stall_backend_mem"] = "event=0x4005\n";
    kernel.files[kFolder + "/events/short"] = "event=0x\n";
    kernel.files[kFolder + "/events/typed"] = "event=0x3c,umask=0x1\n";
    kernel.files[kFolder + "/events/long"] = std::string(5000, '1');
    EXPECT_EQ(listed_events("armv8_pmuv3_0", kernel), (std::vector<std::uint64_t>{0x8, 0x11, 0x4005}));
    kernel.file_read = -EIO;
    EXPECT_TRUE(listed_events("armv8_pmuv3_0", kernel).empty());
}

TEST(Paranoia, IsANumberOrUnknown) {
    ScriptedKernel kernel;
    std::string& file = kernel.files.begin()->second;
    for (const auto& [text, level] : {std::pair{"-1\n", -1}, {"0\n", 0}, {"4\n", 4}}) {
        file = text;
        EXPECT_EQ(perf_event_paranoid(kernel), level);
    }
    for (const char* garbled : {"", "two\n", "2 3\n", "2x\n"}) {
        file = garbled;
        EXPECT_EQ(perf_event_paranoid(kernel), std::nullopt) << garbled;
    }
    kernel.files.clear();
    EXPECT_EQ(perf_event_paranoid(kernel), std::nullopt);
}

}  // namespace
}  // namespace latchmark::counters
