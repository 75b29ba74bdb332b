// No reading is 0 for "not available": every failure of the kernel, for every role, from resolving to the sum over a team.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/counters/capability.hpp"
#include "harness/counters/reading.hpp"
#include "harness/counters/worker_counters.hpp"
#include "harness/tests/counters/scripted_kernel.hpp"

namespace latchmark::counters {
namespace {

// Of the calls that fail, those that concern hardware events, or all.
struct Failure {
    std::string name;
    std::function<void(ScriptedKernel&)> strike;
    std::set<Status> to_be_seen;  // of some roles: a failure that shows nowhere was not injected
};

constexpr int kForever = 1 << 30;

const std::vector<Failure>& failures() {
    using enum Status;
    static const std::vector<Failure> all{
        {"open: EMFILE", [](auto& kernel) { kernel.open_error = EMFILE; }, {open_failed}},
        {"open: ENOMEM", [](auto& kernel) { kernel.open_error = ENOMEM; }, {open_failed}},
        {"open: EBUSY", [](auto& kernel) { kernel.open_error = EBUSY; }, {open_failed}},
        {"open: EACCES", [](auto& kernel) { kernel.open_error = EACCES; }, {not_permitted}},
        {"open: EPERM", [](auto& kernel) { kernel.open_error = EPERM; }, {not_permitted}},
        {"open: ENOENT", [](auto& kernel) { kernel.open_error = ENOENT; }, {not_supported}},
        {"open: ENODEV", [](auto& kernel) { kernel.open_error = ENODEV; }, {not_supported}},
        {"open: EOPNOTSUPP", [](auto& kernel) { kernel.open_error = EOPNOTSUPP; }, {not_supported}},
        {"open: EINVAL", [](auto& kernel) { kernel.open_error = EINVAL; }, {not_supported}},
        {"open: ENOSYS", [](auto& kernel) { kernel.open_error = ENOSYS; }, {no_pmu}},
        {"open: E2BIG", [](auto& kernel) { kernel.open_error = E2BIG; }, {open_failed}},
        {"kernel scope: EACCES", [](auto& kernel) { kernel.kernel_scope_error = EACCES; }, {not_permitted}},
        {"interrupted forever", [](auto& kernel) { kernel.interruptions = kForever; }, {open_failed}},
        {"enable: EIO", [](auto& kernel) { kernel.enable_error = EIO; }, {open_failed}},
        {"read: EIO", [](auto& kernel) { kernel.group_read = -EIO; }, {read_failed}},
        {"read: nothing", [](auto& kernel) { kernel.group_read = 0; }, {read_failed}},
        {"read: half a frame", [](auto& kernel) { kernel.group_read = 20; }, {read_failed}},
        {"counts go backwards", [](auto& kernel) { kernel.goes_backwards = true; }, {read_failed}},
        {"runs for nine tenths", [](auto& kernel) { kernel.running_step_ns = 900'000; }, {scaled}},
        {"runs for a tenth", [](auto& kernel) { kernel.running_step_ns = 100'000; }, {undersampled}},
        {"runs never", [](auto& kernel) { kernel.step = kernel.running_step_ns = 0; }, {never_scheduled}},
        {"is never enabled",
         [](auto& kernel) { kernel.step = kernel.enabled_step_ns = kernel.running_step_ns = 0; },
         {never_scheduled}},
        {"room for two", [](auto& kernel) { kernel.room = 2; }, {group_full}},
        {"runs with two", [](auto& kernel) { kernel.runs_with = 2; }, {never_scheduled}},
        {"no PMU", [](auto& kernel) { kernel.pmus = std::vector<std::string>{"software"}; }, {no_pmu}},
        {"no sysfs", [](auto& kernel) { kernel.pmus = std::nullopt; }, {}},
        {"no schedstat", [](auto& kernel) { kernel.schedstat = std::nullopt; }, {not_supported}},
        {"schedstat of zeros", [](auto& kernel) { kernel.schedstat = "0 0 0"; }, {not_supported}},
        {"garbled schedstat", [](auto& kernel) { kernel.schedstat = "12 x"; }, {read_failed}},
        {"getrusage: EPERM", [](auto& kernel) { kernel.usage_error = EPERM; }, {not_supported, read_failed}},
    };
    return all;
}

// Machines whose tables differ; the last one nobody knows.
constexpr std::size_t kMachines = 4;
std::array<Identification, kMachines> machines() {
    return {{{.maker = Maker::intel, .family = 6, .model = 0x8f},
             {.maker = Maker::amd, .family = 0x19, .model = 0x11},
             {.maker = Maker::arm, .part = 0xd0c},
             {}}};
}

// Roles as they are asked, in every scope in which they may be.
std::vector<std::string> askable() {
    std::vector<std::string> names;
    for (const Role& role : all_roles()) {
        names.emplace_back(role.name);
        if (role.scope == Scope::user) names.push_back(std::string(role.name) + ":kernel");
    }
    return names;
}

// With the anchors before it, as in a launch: what else rides in its group is a part of what can go wrong.
std::vector<std::string> launch_of(const std::string& name) {
    std::vector<std::string> asked{"cycles", "instructions"};
    if (std::ranges::find(asked, name) == asked.end()) asked.push_back(name);
    return asked;
}

// Something happens in it, so whoever counts it counts more than 0.
void pass_window(WorkerCounters& counters, ScriptedKernel& kernel, unsigned number) {
    counters.begin_window();
    kernel.usage = {number, number, number, number};
    if (kernel.schedstat && kernel.schedstat->starts_with("123456"))
        kernel.schedstat = "123456 " + std::to_string(1'000 + number) + ' ' + std::to_string(1 + number);
    counters.end_window();
}

enum class Moment { opening, counting };

WorkerCounts counts_of(const std::vector<ResolvedRole>& roles, ScriptedKernel& kernel, const Failure* failure, Moment moment) {
    if (failure != nullptr && moment == Moment::opening) failure->strike(kernel);
    WorkerCounters counters(roles, kernel);
    pass_window(counters, kernel, 1);
    if (failure != nullptr && moment == Moment::counting) failure->strike(kernel);
    pass_window(counters, kernel, 2);
    WorkerCounts counts{};
    counters.publish(counts);
    return counts;
}

// One role and what counts beside it, as workers get them from a kernel that is well.
struct Launch {
    std::vector<ResolvedRole> roles;
    WorkerCounts healthy;
};

class Failures : public ::testing::Test {
protected:
    // Each role on the first machine that can count it, or on the last.
    void SetUp() override {
        const auto cpus = machines();
        for (const std::string& name : askable()) {
            for (std::size_t machine = 0; machine < kMachines; ++machine) {
                ScriptedKernel kernel;
                kernel.cpu = cpus[machine];
                auto roles = resolve(launch_of(name), {}, kernel);
                if (!has_value(roles.back().status) && machine + 1 < kMachines) continue;
                names_[machine].push_back(name);
                const WorkerCounts healthy = counts_of(roles, kernel, nullptr, Moment::opening);
                launches_.push_back({std::move(roles), healthy});
                break;
            }
        }
    }

    // What launches say whose workers ran into the failure. Their roles were resolved when all was well.
    void strike_workers(const Failure& failure) {
        for (const auto& [roles, healthy] : launches_) {
            for (const Moment moment : {Moment::opening, Moment::counting}) {
                ScriptedKernel kernel;
                const WorkerCounts struck = counts_of(roles, kernel, &failure, moment);
                for (std::size_t index = 0; index < roles.size(); ++index) {
                    if (!has_value(roles[index].status)) continue;  // what cannot be counted at all is told by strike_machines
                    const std::vector<RoleCount> one{healthy.roles[index], struck.roles[index]};
                    const std::vector<RoleCount> both{struck.roles[index], struck.roles[index]};
                    expect_sound(roles[index].role, team_reading(roles[index], one));
                    expect_sound(roles[index].role, team_reading(roles[index], both));
                }
            }
        }
    }

    // What `machine` and the run file's list say.
    void strike_machines(const Failure& failure) {
        const auto cpus = machines();
        for (std::size_t machine = 0; machine < kMachines; ++machine) {
            ScriptedKernel kernel;
            kernel.cpu = cpus[machine];
            failure.strike(kernel);
            for (const RoleAnswer& answer : capability(names_[machine], kernel).roles) {
                seen_.insert(answer.status);
                EXPECT_NE(has_value(answer.status), answer.why.has_value()) << answer.role;
                EXPECT_FALSE(answer.why && answer.why->empty()) << answer.role;
            }
        }
    }

    void expect_sound(const std::string& role, const Reading& reading) {
        seen_.insert(reading.status);
        const std::string what = role + ": " + std::string(name_of(reading.status));
        EXPECT_EQ(reading.value.has_value(), has_value(reading.status)) << what;
        EXPECT_NE(reading.value.has_value(), reading.why.has_value()) << what;
        EXPECT_GT(reading.value.value_or(1), 0) << what;
        EXPECT_FALSE(reading.why && reading.why->empty()) << what;
        ASSERT_EQ(reading.per_worker.size(), 2U);
        for (const auto& value : reading.per_worker) {
            EXPECT_GT(value.value_or(1), 0) << what;
            EXPECT_TRUE(value.has_value() || !reading.value.has_value()) << what << ", a sum over some of the workers";
        }
    }

    std::array<std::vector<std::string>, kMachines> names_{};
    std::vector<Launch> launches_{};
    std::set<Status> seen_{};
};

TEST_F(Failures, LeaveAReasonAndNeverAZero) {
    for (const Failure& failure : failures()) {
        SCOPED_TRACE(failure.name);
        seen_.clear();
        strike_machines(failure);
        strike_workers(failure);
        for (const Status status : failure.to_be_seen) EXPECT_TRUE(seen_.contains(status)) << name_of(status);
    }
}

}  // namespace
}  // namespace latchmark::counters
