// The subject's work is proved whatever its neighbours do; a step that was skipped is found out.
#include "benchmarks/contention/smt_neighbour/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::contention {
namespace {

template <typename Workload>
class SmtNeighbourTest : public testing::Test {};
using Workloads = testing::Types<Beside<ChainSubject, Sleeping>, Beside<ChainSubject, Pausing>, Beside<ChainSubject, Spinning>,
                                 Beside<ChainSubject, Busy>, Beside<LoadsSubject, Sleeping>, Beside<LoadsSubject, Pausing>,
                                 Beside<LoadsSubject, Spinning>, Beside<LoadsSubject, Busy>>;
TYPED_TEST_SUITE(SmtNeighbourTest, Workloads);

TYPED_TEST(SmtNeighbourTest, VerifiesTheSubjectBesideUpToThreeNeighbours) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<TypeParam>({.workers = workers}, 3);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TEST(SmtNeighbourParts, TheFirstWorkerIsTheSubject) {
    using Workload = Beside<ChainSubject, Busy>;
    EXPECT_EQ(Workload::kParts.at(Workload::part_of(0, 2)), "subject");
    EXPECT_EQ(Workload::kParts.at(Workload::part_of(1, 2)), "neighbour");
}

TEST(SmtNeighbourParts, WhatTheNeighbourDoesIsNotTakenForTheSubjects) {
    std::pmr::monotonic_buffer_resource memory;
    Beside<ChainSubject, Busy> workload(latchmark::Setting{.workers = 2, .memory = &memory});
    workload.run(1, 5);
    EXPECT_TRUE(workload.verify(5));   // the subject has done nothing yet
    EXPECT_FALSE(workload.verify(6));  // and is not believed to have
}

// Skips the work of every second call.
template <typename Subject>
class Idler : public Subject {
public:
    using Subject::Subject;
    void work(std::uint64_t operations) {
        if (calls_++ % 2 == 0) Subject::work(operations);
    }

private:
    std::uint64_t calls_ = 0;
};

template <typename Subject>
class SmtNeighbourSabotage : public testing::Test {};
using Subjects = testing::Types<ChainSubject, LoadsSubject>;
TYPED_TEST_SUITE(SmtNeighbourSabotage, Subjects);

TYPED_TEST(SmtNeighbourSabotage, ASubjectThatIdlesIsNoticed) {
    const auto twice = [](auto& workload, std::size_t worker, std::uint64_t operations) {
        workload.run(worker, operations / 2);
        workload.run(worker, operations / 2);
    };
    EXPECT_TRUE((latchmark::trial_of<Beside<TypeParam, Busy>>({.workers = 2}, 4, twice).finds_all));
    EXPECT_FALSE((latchmark::trial_of<Beside<Idler<TypeParam>, Busy>>({.workers = 2}, 4, twice).finds_all));
}

}  // namespace
}  // namespace benchmarks::contention
