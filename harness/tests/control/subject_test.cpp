// The table of subjects: every role of the hardware has a stimulus or a reason, once.
#include "harness/control/subject.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <string_view>

#include "harness/counters/role.hpp"

namespace latchmark::control {
namespace {

// What the kernel itself keeps needs no proof, but may have one.
const std::set<std::string_view> kKeptByTheKernel{
    "task_clock",     "page_faults",        "minor_faults",         "major_faults",   "context_switches",
    "cpu_migrations", "voluntary_switches", "involuntary_switches", "run_queue_wait", "timeslices"};

TEST(Subjects, ForgetNoRoleOfTheHardware) {
    for (const auto& role : counters::all_roles())
        if (!kKeptByTheKernel.contains(role.name)) {
            EXPECT_TRUE(subject_of(role.name)) << role.name;
        }
}

TEST(Subjects, AreRolesEachOnceWithAStimulusOrAReason) {
    std::set<std::string> seen;
    for (const auto& subject : all_subjects()) {
        EXPECT_TRUE(seen.insert(subject.role).second) << subject.role;
        EXPECT_NE(counters::find_role(subject.role.substr(0, subject.role.find(':'))), nullptr) << subject.role;
        EXPECT_TRUE(subject.stimulus || !subject.reason.empty()) << subject.role;
        // Two CPUs say little before it is known what they share.
        EXPECT_EQ(subject.placement.has_value(), subject.stimulus == StimulusName::hand_over) << subject.role;
        EXPECT_EQ(subject.bound.least.has_value(), subject.stimulus.has_value()) << subject.role;
    }
}

TEST(Subjects, UseEveryStimulus) {
    std::set<StimulusName> used;
    for (const auto& subject : all_subjects())
        if (subject.stimulus) used.insert(*subject.stimulus);
    EXPECT_EQ(used.size(), kStimuli.size());
}

TEST(Subjects, OfTheKernelsShareHaveNoStimulusButSystemCalls) {
    EXPECT_EQ(subject_of("cycles:kernel")->stimulus, StimulusName::system_calls);
    EXPECT_EQ(subject_of("l1d_misses:kernel")->stimulus, std::nullopt);
    EXPECT_EQ(subject_of("l1d_misses:kernel")->reason, "the stimuli of this role run in user mode");
    EXPECT_FALSE(subject_of("task_clock"));
    EXPECT_FALSE(subject_of("task_clock:kernel"));
}

}  // namespace
}  // namespace latchmark::control
