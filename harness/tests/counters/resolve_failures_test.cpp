// However a machine refuses, garbles or hides what it is asked: never a wrong event, never a zero, always a reason.
#include <algorithm>
#include <cerrno>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "harness/counters/candidate.hpp"
#include "harness/counters/capability.hpp"
#include "harness/counters/host.hpp"
#include "harness/counters/reading.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/tests/counters/described_machines.hpp"

namespace latchmark::counters {
namespace {

struct Change {
    std::string name;
    std::function<void(ScriptedKernel&)> apply;
};

// Whole machines.
std::vector<Change> machines() {
    return {
        {"unknown", [](ScriptedKernel&) {}},
        {"spr", [](ScriptedKernel& kernel) { kernel.cpu = sapphire_rapids(); }},
        {"zen4", [](ScriptedKernel& kernel) { kernel.cpu = {.maker = Maker::amd, .family = 0x19, .model = 0x11}; }},
        {"n1",
         [](ScriptedKernel& kernel) {
             kernel.cpu = arm_core(0xd0c);
             kernel.pmus = {{"armv8_pmuv3_0"}};
             list_events(kernel, "armv8_pmuv3_0", {0x03, 0x08, 0x11, 0x21, 0x22});
         }},
        {"hybrid", describe_hybrid},
        {"big.LITTLE", describe_big_little},
    };
}

std::vector<Change> failures() {
    std::vector<Change> failures{{"nothing fails", [](ScriptedKernel&) {}}};
    for (const int error : {EMFILE, ENFILE, EBUSY, EINTR, EACCES, EPERM, ENOENT, ENOSYS, EINVAL, ENODEV, EOPNOTSUPP, ENOMEM})
        failures.push_back({"open: " + std::to_string(error), [error](ScriptedKernel& kernel) { kernel.open_error = error; }});
    for (const int error : {EACCES, EPERM})
        failures.push_back(
            {"kernel scope: " + std::to_string(error), [error](ScriptedKernel& kernel) { kernel.kernel_scope_error = error; }});
    for (const int storm : {1, 1000})
        failures.push_back(
            {"interrupted: " + std::to_string(storm), [storm](ScriptedKernel& kernel) { kernel.interruptions = storm; }});
    for (const long result : {-long{EIO}, -long{EINTR}, 0L})
        failures.push_back({"files: " + std::to_string(result), [result](ScriptedKernel& kernel) { kernel.file_read = result; }});
    failures.push_back({"no files", [](ScriptedKernel& kernel) { kernel.files.clear(); }});
    failures.push_back({"no folders", [](ScriptedKernel& kernel) { kernel.folders.clear(); }});
    failures.push_back({"no list of PMUs", [](ScriptedKernel& kernel) { kernel.pmus.reset(); }});
    failures.push_back({"no PMU", [](ScriptedKernel& kernel) { kernel.pmus = {{"software"}}; }});
    failures.push_back({"no midr_el1", [](ScriptedKernel& kernel) { kernel.cpu = {}; }});
    failures.push_back({"usage", [](ScriptedKernel& kernel) { kernel.usage_error = EINVAL; }});
    failures.push_back({"schedstat", [](ScriptedKernel& kernel) { kernel.schedstat.reset(); }});
    for (const char* text :
         {"", "\n", "garbage", "-1", "4x", "0x", "999999999999999999999", "event=0x", "event=0xfffffffffffffffff"})
        failures.push_back({std::string("every file says ") + text, [text](ScriptedKernel& kernel) {
                                for (auto& [path, content] : kernel.files) content = text;
                            }});
    return failures;
}

// Every event that this machine's table and kernel have for any role, addressed to the PMU of these CPUs.
std::vector<Encoding> right_events(const Host& host) {
    std::vector<Encoding> events;
    for (const Role& role : all_roles())
        for (const Candidate& candidate : candidates_of(role, role.scope, host)) events.push_back(candidate.encoding);
    return events;
}

template <typename Check>
void for_each_case(Check check) {
    for (const Change& machine : machines())
        for (const Change& failure : failures())
            for (const std::vector<unsigned>& cpus : {std::vector{4U, 5U}, std::vector{0U, 4U, 8U}}) {
                SCOPED_TRACE(machine.name + ", " + failure.name + ", CPU " + std::to_string(cpus.back()));
                ScriptedKernel kernel;
                machine.apply(kernel);
                failure.apply(kernel);
                check(kernel, cpus);
                EXPECT_TRUE(kernel.open_descriptors.empty());
            }
}

TEST(ResolveUnderFailure, AsksNoWrongEventAndAlwaysHasAReason) {
    for_each_case([](ScriptedKernel& kernel, const std::vector<unsigned>& cpus) {
        const Host host = host_of(cpus, kernel);
        const auto right = right_events(host);
        for (const Role& role : all_roles()) {
            kernel.asked.clear();
            const ResolvedRole resolved = resolved_on(host, std::string(role.name), kernel);
            EXPECT_EQ(resolved.status == Status::counted, resolved.why.empty()) << role.name;
            EXPECT_FALSE(resolved.status == Status::read_failed || resolved.status == Status::scaled) << role.name;
            for (const Encoding& event : kernel.asked) {
                EXPECT_NE(std::ranges::find(right, event), right.end()) << role.name << ' ' << event.type << ' ' << event.config;
                EXPECT_TRUE(event.type == 1 || host.pmu.status == Status::counted) << role.name;
            }
            if (host.pmu_type && is_hardware(resolved.tier) && resolved.status == Status::counted) {
                const bool is_generic = resolved.tier == Tier::generic;
                EXPECT_EQ(is_generic ? resolved.encoding.config >> 32U : resolved.encoding.type, *host.pmu_type) << role.name;
            }
        }
    });
}

TEST(ResolveUnderFailure, GivesReadingsWithAValueOrAReason) {
    for_each_case([](ScriptedKernel& kernel, const std::vector<unsigned>& cpus) {
        for (const ResolvedRole& role : resolve(roles_of_launch({"l1d_misses", "cross_core_loads"}), {.cpus = cpus}, kernel)) {
            if (role.status == Status::counted) continue;
            const RoleCount published{0, 0, 0, role.status, role.error, 0};
            const Reading reading = team_reading(role, std::span(&published, 1));
            EXPECT_EQ(reading.value, std::nullopt) << role.role;
            EXPECT_EQ(reading.why.value_or(""), role.why) << role.role;
        }
    });
}

TEST(CapabilityUnderFailure, NamesEachRoleWithItsReason) {
    for (const Change& machine : machines())
        for (const Change& failure : failures()) {
            SCOPED_TRACE(machine.name + ", " + failure.name);
            ScriptedKernel kernel;
            kernel.running_step_ns = 0;  // nothing ever runs: no trial is worth its time
            machine.apply(kernel);
            failure.apply(kernel);
            const Capability answer = capability({"cycles", "l1d_misses", "page_faults", "run_queue_wait"}, kernel);
            EXPECT_NE(answer.cpu, "");
            EXPECT_EQ(answer.roles.size(), 4U);
            for (const RoleAnswer& role : answer.roles)
                EXPECT_EQ(role.why.value_or("").empty(), has_value(role.status)) << role.role;
            EXPECT_TRUE(kernel.open_descriptors.empty());
        }
}

}  // namespace
}  // namespace latchmark::counters
