// Readings of a whole team, threads and processes: exactly what its workload caused in the counted window.
#include <array>
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <thread>
#include <vector>

#include "harness/counters/reading.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/machine/topology.hpp"
#include "harness/measure/measurement.hpp"
#include "harness/measure/parked_thread.hpp"
#include "harness/tests/fresh_pages.hpp"
#include "latchmark/base/isolated.hpp"

namespace latchmark::measure {
namespace {

using counters::Status;

// An operation is one voluntary switch and a page fault for each of 64 fresh pages.
class Disturbing {
public:
    explicit Disturbing(const Setting& setting) : pages_(setting.workers), operations_(setting.workers, setting.memory) {}
    void run(std::size_t worker, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            pages_[worker].give_back();
            pages_[worker].touch();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        operations_[worker].value += operations;
    }
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        for (const auto& done : operations_) operations -= done.value;
        return operations == 0;
    }

private:
    std::vector<FreshPages> pages_;
    Slots<Isolated<std::uint64_t>> operations_;
};

class CountedTeam : public testing::TestWithParam<Team> {
    const ParkedThread parked_;
};
INSTANTIATE_TEST_SUITE_P(ThreadsAndProcesses, CountedTeam, testing::Values(Team::threads, Team::processes),
                         [](const auto& tested) { return tested.param == Team::threads ? "threads" : "processes"; });

Measurement measured(Team team, std::size_t workers, const std::vector<counters::ResolvedRole>& roles) {
    const auto cpus = machine::this_machine().cpus;
    TeamPlan plan{.team = team, .windows = 2, .window_ns = 10'000'000, .warm_up_ns = 2'000'000, .roles = roles};
    for (std::size_t worker = 0; worker < workers; ++worker) plan.cpus.push_back(cpus[worker % cpus.size()].os_id);
    return measure(variant<Disturbing>("tested", ""), plan, {.workers = workers, .team = team}, std::nullopt);
}

// Something else may take a CPU between the reading of perf and that of getrusage, or until a sleep has passed; not every time.
constexpr int kAttempts = 20;

TEST_P(CountedTeam, ReadsExactlyWhatItsWorkloadCaused) {
    const auto roles = counters::resolve({"page_faults", "voluntary_switches", "involuntary_switches", "context_switches"});
    const bool has_switches = roles[3].status == Status::counted;
    for (const std::size_t workers : {1U, 2U, 4U}) {
        bool is_exact = false;
        for (int attempt = 0; attempt < kAttempts && !is_exact; ++attempt) {
            const auto result = measured(GetParam(), workers, roles);
            ASSERT_TRUE(result.is_verified);
            ASSERT_EQ(result.team.counted_from, 1U);
            is_exact = true;
            for (std::size_t worker = 0; worker < workers; ++worker) {
                const std::uint64_t operations = result.team.windows[1][worker].operations;
                const auto& counts = result.team.counts[worker].roles;
                const auto &faults = counts[0], &voluntary = counts[1], &involuntary = counts[2], &switches = counts[3];
                EXPECT_GE(faults.raw, FreshPages::kPages * operations);
                EXPECT_LE(faults.raw, FreshPages::kPages * operations + foreign_faults());
                is_exact = is_exact && voluntary.raw == operations;
                if (has_switches) is_exact = is_exact && switches.raw == voluntary.raw + involuntary.raw;
            }
        }
        EXPECT_TRUE(is_exact) << workers << " workers";
    }
}

TEST_P(CountedTeam, AddsUpItsWorkers) {
    const auto roles = counters::resolve({"page_faults"});
    const auto result = measured(GetParam(), 2, roles);
    const auto &first = result.team.counts[0].roles[0], &second = result.team.counts[1].roles[0];
    const auto reading = counters::team_reading(roles[0], std::array{first, second});
    EXPECT_EQ(reading.value, static_cast<double>(first.raw + second.raw));
    EXPECT_GE(reading.value, static_cast<double>(FreshPages::kPages *
                                                 (result.team.windows[1][0].operations + result.team.windows[1][1].operations)));
}

}  // namespace
}  // namespace latchmark::measure
