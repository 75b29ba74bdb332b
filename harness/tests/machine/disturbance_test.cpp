// What recorded kernel counters say about the time between two moments.
#include "harness/machine/disturbance.hpp"

#include <gtest/gtest.h>

#include "harness/tests/machine/recorded_machine.hpp"

namespace latchmark::machine {
namespace {

// Of two CPUs: idle ticks and stolen ticks of each; a third CPU, which nobody measures on, is stolen all the time.
std::string stat(unsigned idle, unsigned stolen) {
    const std::string times = " 100 0 50 " + std::to_string(idle) + " 0 0 0 " + std::to_string(stolen) + " 0 0\n";
    return "cpu  1 2 3 4 5 6 7 8 0 0\ncpu0" + times + "cpu1" + times + "cpu2 0 0 0 0 0 0 0 " + std::to_string(idle * 10) +
           " 0 0\nintr 5 0 0\n";
}

double value(const std::map<std::string, OrUnavailable<double>>& values, const std::string& key) {
    const auto* found = std::get_if<double>(&values.at(key));
    if (found == nullptr) ADD_FAILURE() << key << ": " << std::get<Unavailable>(values.at(key)).why;
    return found != nullptr ? *found : -1.0;
}

std::string reason(const std::map<std::string, OrUnavailable<double>>& values, const std::string& key) {
    const auto* found = std::get_if<Unavailable>(&values.at(key));
    return found != nullptr ? found->why : "a value: " + std::to_string(std::get<double>(values.at(key)));
}

class Disturbance : public testing::Test {
protected:
    // As a team of four on two CPUs would ask.
    [[nodiscard]] DisturbanceSnapshot now() const { return disturbance_now({0, 1, 0, 1}, machine_.root()); }
    RecordedMachine machine_;
};

TEST_F(Disturbance, StealIsTheShareOfTheMeasuredCpusOnly) {
    machine_.with("proc/stat", stat(1000, 10));
    const auto before = now();
    machine_.with("proc/stat", stat(1090, 20));
    const auto values = disturbance_between(before, now());
    EXPECT_DOUBLE_EQ(value(values, "steal_share"), 0.1);        // 10 of 100 ticks on both CPUs
    EXPECT_DOUBLE_EQ(value(values, "steal_resolution"), 0.01);  // a tick in 100
}

TEST_F(Disturbance, AShortStretchWithoutAStolenTickIsNoZero) {
    machine_.with("proc/stat", stat(1000, 10));
    const auto before = now();
    machine_.with("proc/stat", stat(1005, 10));
    EXPECT_EQ(reason(disturbance_between(before, now()), "steal_share"),
              "too short to exclude steal: none seen in 10 ticks of 2 CPUs");
    machine_.with("proc/stat", stat(1050, 10));
    EXPECT_DOUBLE_EQ(value(disturbance_between(before, now()), "steal_share"), 0.0);  // 50 ticks a CPU: at most 2 % are hidden
    machine_.with("proc/stat", stat(1004, 11));
    EXPECT_DOUBLE_EQ(value(disturbance_between(before, now()), "steal_share"), 0.2);  // what was stolen is told however short
}

TEST_F(Disturbance, NoTickAndCountersThatGoBackwardsHaveReasons) {
    machine_.with("proc/stat", stat(1000, 10));
    const auto before = now();
    EXPECT_EQ(reason(disturbance_between(before, before), "steal_share"), "no clock tick passed, or CPUs went offline");
    machine_.with("proc/stat", stat(1100, 9));
    EXPECT_EQ(reason(disturbance_between(before, now()), "steal_share"), "the kernel's counter went backwards");
    machine_.with("proc/stat", "cpu 1 2 3 4 5 6 7 8\ncpu0 1 2 x 4 5 6 7 8");
    EXPECT_EQ(reason(disturbance_between(before, now()), "steal_share"),
              "/proc/stat has a line for cpu0 that cannot be understood");
    machine_.with("proc/stat", "cpu 1 2 3 4 5 6 7 8\nintr 1");
    EXPECT_EQ(reason(disturbance_between(before, now()), "steal_share"), "/proc/stat does not list the CPUs one by one");
}

TEST_F(Disturbance, TasksAreThoseThatTheWholeMachineStarted) {
    const auto with_tasks = [](const std::string& line) { return stat(1000, 10) + line + "\nprocs_running 2\n"; };
    machine_.with("proc/stat", with_tasks("processes 4711"));
    const auto before = now();
    EXPECT_DOUBLE_EQ(value(disturbance_between(before, before), "tasks_started"), 0.0);
    machine_.with("proc/stat", with_tasks("processes 4720"));
    EXPECT_DOUBLE_EQ(value(disturbance_between(before, now()), "tasks_started"), 9.0);
    machine_.with("proc/stat", with_tasks("processes 3"));
    EXPECT_EQ(reason(disturbance_between(before, now()), "tasks_started"), "the kernel's counter went backwards");
    for (const char* line : {"processes -1", "processes 1e3", "processes 99999999999999999999", "processes 1 2"}) {
        machine_.with("proc/stat", with_tasks(line));
        EXPECT_EQ(reason(disturbance_between(before, now()), "tasks_started"),
                  "/proc/stat has a line for processes that cannot be understood")
            << line;
    }
    machine_.with("proc/stat", stat(1000, 10));
    EXPECT_EQ(reason(disturbance_between(before, now()), "tasks_started"), "/proc/stat does not count processes");
}

TEST_F(Disturbance, ForeignLoadLeavesTheReaderOutAndTakesTheWorseMoment) {
    machine_.with("proc/loadavg", "0.25 0.13 0.11 4/88 8700");
    const auto before = now();
    machine_.with("proc/loadavg", "0.50 0.13 0.11 1/88 8700");
    const auto values = disturbance_between(before, now());
    EXPECT_DOUBLE_EQ(value(values, "foreign_load"), 3.0);
    EXPECT_DOUBLE_EQ(value(values, "load_1m"), 0.5);
    machine_.with("proc/loadavg", "many");
    EXPECT_EQ(reason(disturbance_between(before, now()), "foreign_load"), "/proc/loadavg cannot be understood");
}

TEST_F(Disturbance, ThrottlingAndFrequencyComeFromTheMeasuredCpus) {
    for (unsigned cpu = 0; cpu < 3; ++cpu) machine_.with_cpu(cpu, "thermal_throttle/core_throttle_count", "7");
    machine_.with_cpu(0, "cpufreq/scaling_cur_freq", "3000000").with_cpu(1, "cpufreq/scaling_cur_freq", "2000000");
    const auto before = now();
    machine_.with_cpu(1, "thermal_throttle/core_throttle_count", "9").with_cpu(2, "thermal_throttle/core_throttle_count", "99");
    const auto values = disturbance_between(before, now());
    EXPECT_DOUBLE_EQ(value(values, "throttle_count"), 2.0);
    EXPECT_DOUBLE_EQ(value(values, "frequency_khz"), 2'500'000.0);
}

TEST_F(Disturbance, AQuotaThatStopsTheGroupOrItsParentIsSeen) {
    machine_.with("proc/self/cgroup", "0::/batch/job")
        .with("sys/fs/cgroup/batch/job/cpu.stat", "usage_usec 5\nthrottled_usec 100");
    machine_.with("sys/fs/cgroup/batch/cpu.stat", "throttled_usec 10");
    const auto before = now();
    machine_.with("sys/fs/cgroup/batch/cpu.stat", "throttled_usec 35")
        .with("sys/fs/cgroup/batch/job/cpu.stat", "throttled_usec 101");
    EXPECT_DOUBLE_EQ(value(disturbance_between(before, now()), "cgroup_throttled_ns"), 26'000.0);
}

TEST_F(Disturbance, VersionOneCountsInNanoseconds) {
    machine_.with("proc/self/cgroup", "3:cpuset:/\n2:cpu,cpuacct:/job\n0::/")
        .with("sys/fs/cgroup/cpu,cpuacct/job/cpu.stat", "throttled_time 100");
    const auto before = now();
    machine_.with("sys/fs/cgroup/cpu,cpuacct/job/cpu.stat", "throttled_time 1100");
    EXPECT_DOUBLE_EQ(value(disturbance_between(before, now()), "cgroup_throttled_ns"), 1'000.0);
}

TEST_F(Disturbance, AMachineThatTellsNothingYieldsOnlyReasons) {
    const auto values = disturbance_between(now(), now());
    EXPECT_EQ(values.size(), 8U);
    for (const auto& [key, entry] : values) {
        ASSERT_TRUE(std::holds_alternative<Unavailable>(entry)) << key;
        EXPECT_FALSE(std::get<Unavailable>(entry).why.empty()) << key;
    }
    EXPECT_EQ(reason(values, "steal_share"), "cannot read /proc/stat: No such file or directory");
}

TEST(DisturbanceHere, ThisMachineCanBeAsked) {
    const auto before = disturbance_now({0});
    const auto values = disturbance_between(before, disturbance_now({0}));
    EXPECT_EQ(values.size(), 8U);
}

}  // namespace
}  // namespace latchmark::machine
