// Each system call of the counters refused with each error that kernels and containers give: what is lost, and what is not.
#include <array>
#include <cerrno>
#include <cstring>
#include <gtest/gtest.h>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/counters/reading.hpp"
#include "harness/counters/worker_counters.hpp"
#include "harness/tests/counters/interposed_kernel.hpp"

namespace latchmark::counters {
namespace {

enum class Call { open_event, enable_group, disable_group, read_event, open_file, read_file, usage_of_thread, names_in };
constexpr std::array kErrors{EBUSY, EACCES, ENOENT, ENOSYS};

// Refuses one call every time.
class Refusing final : public Interposed {
public:
    Refusing(Call call, int error) : call_(call), error_(error) {}

    int open_event(const Encoding& encoding, Scope scope, int leader) override {
        return call_ == Call::open_event ? -error_ : Interposed::open_event(encoding, scope, leader);
    }
    int enable_group(int leader) override { return call_ == Call::enable_group ? -error_ : Interposed::enable_group(leader); }
    int disable_group(int leader) override { return call_ == Call::disable_group ? -error_ : Interposed::disable_group(leader); }
    long read_event(int leader, void* frame, std::size_t bytes) override {
        return call_ == Call::read_event ? -error_ : Interposed::read_event(leader, frame, bytes);
    }
    int open_file(const char* path) override { return call_ == Call::open_file ? -error_ : Interposed::open_file(path); }
    long read_file(int descriptor, char* text, std::size_t bytes) override {
        return call_ == Call::read_file ? -error_ : Interposed::read_file(descriptor, text, bytes);
    }
    int usage_of_thread(ThreadUsage& usage) override {
        return call_ == Call::usage_of_thread ? -error_ : Interposed::usage_of_thread(usage);
    }
    std::optional<std::vector<std::string>> names_in(const char* folder) override {
        return call_ == Call::names_in ? std::nullopt : Interposed::names_in(folder);
    }

private:
    Call call_;
    int error_;
};

// One role of each source that a worker reads: hardware, software, getrusage, schedstat.
const std::vector<std::string> kOneOfEach{"cycles", "task_clock", "voluntary_switches", "run_queue_wait"};

// What a worker publishes whose roles were there when they were asked for.
std::vector<Reading> readings_of(Kernel& kernel) {
    ScriptedKernel willing;
    const auto roles = resolve(kOneOfEach, {}, willing);
    WorkerCounts counts{};
    {
        WorkerCounters counters(roles, kernel);
        counters.begin_window();
        counters.end_window();
        counters.publish(counts);
    }
    std::vector<Reading> readings;
    for (std::size_t role = 0; role < roles.size(); ++role)
        readings.push_back(team_reading(roles[role], std::span(counts.roles).subspan(role, 1)));
    return readings;
}

Status status_of_open(int error) {
    switch (error) {
        case EACCES:
            return Status::not_permitted;
        case ENOENT:
            return Status::not_supported;
        case ENOSYS:
            return Status::no_pmu;
        default:
            return Status::open_failed;
    }
}

// What is left of hardware, software, getrusage and schedstat.
std::array<Status, 4> expected_after(Call call, int error) {
    using enum Status;
    switch (call) {
        case Call::open_event:
            return {status_of_open(error), status_of_open(error), counted, counted};
        case Call::enable_group:
            return {open_failed, open_failed, counted, counted};
        case Call::read_event:
            return {read_failed, read_failed, counted, counted};
        case Call::open_file:
            return {counted, counted, counted, status_of_open(error)};
        case Call::read_file:
            return {counted, counted, counted, read_failed};
        case Call::usage_of_thread:
            return {counted, counted, read_failed, counted};
        case Call::disable_group:  // closing follows, and ends the counting too
        case Call::names_in:       // asked when roles are resolved, before any worker
            return {counted, counted, counted, counted};
    }
    return {};
}

TEST(RefusedCalls, CostTheirOwnRolesAndSayWhy) {
    for (const Call call : {Call::open_event, Call::enable_group, Call::disable_group, Call::read_event, Call::open_file,
                            Call::read_file, Call::usage_of_thread, Call::names_in}) {
        for (const int error : kErrors) {
            SCOPED_TRACE("call " + std::to_string(static_cast<int>(call)) + ": " + std::strerror(error));
            Refusing kernel(call, error);
            const auto readings = readings_of(kernel);
            const auto expected = expected_after(call, error);
            for (std::size_t role = 0; role < readings.size(); ++role) {
                EXPECT_EQ(readings[role].status, expected[role]) << kOneOfEach[role] << ": " << name_of(readings[role].status);
                EXPECT_EQ(readings[role].value.has_value(), has_value(expected[role])) << kOneOfEach[role];
                EXPECT_EQ(readings[role].why.has_value(), !has_value(expected[role])) << kOneOfEach[role];
                EXPECT_NE(readings[role].why, "") << kOneOfEach[role];
            }
            EXPECT_TRUE(kernel.below.open_descriptors.empty());
        }
    }
}

TEST(RefusedCalls, OfOneWorkerLeaveTheTeamWithoutASum) {
    for (const Call call :
         {Call::open_event, Call::enable_group, Call::read_event, Call::open_file, Call::read_file, Call::usage_of_thread}) {
        ScriptedKernel willing;
        Refusing refusing(call, EBUSY);
        const auto roles = resolve(kOneOfEach, {}, willing);
        std::array<WorkerCounts, 3> team{};
        const std::array<Kernel*, 3> kernels{&willing, &refusing, &willing};
        for (std::size_t worker = 0; worker < team.size(); ++worker) {
            WorkerCounters counters(roles, *kernels[worker]);
            counters.begin_window();
            counters.end_window();
            counters.publish(team[worker]);
        }
        const auto expected = expected_after(call, EBUSY);
        for (std::size_t role = 0; role < roles.size(); ++role) {
            const std::array counts{team[0].roles[role], team[1].roles[role], team[2].roles[role]};
            const Reading reading = team_reading(roles[role], counts);
            EXPECT_EQ(reading.value.has_value(), has_value(expected[role])) << roles[role].role;
            EXPECT_TRUE(reading.per_worker[0] && reading.per_worker[2]) << roles[role].role;
            if (reading.value) continue;
            EXPECT_TRUE(reading.why->starts_with("worker 1 of 3: ")) << *reading.why;
        }
    }
}

}  // namespace
}  // namespace latchmark::counters
