// Readers read every time, the second worker writes, and the two fields lie as the variants' names say.
#include "benchmarks/false_sharing/hot_reader/workload.hpp"

#include <gtest/gtest.h>

#include "harness/tests/workload_trial.hpp"

namespace benchmarks::false_sharing {
namespace {

using Packed = HotReader<FieldsTogether, DependentReads>;
using NoWriter = HotReader<FieldsTogether, DependentReads, Neighbour::reads>;

template <typename Workload>
class HotReaderTest : public testing::Test {};
using Workloads = testing::Types<
    Packed, HotReader<FieldsApart<64>, DependentReads>, HotReader<FieldsApart<latchmark::kIsolationSize>, DependentReads>,
    NoWriter, HotReader<FieldsTogether, IndependentReads>, HotReader<FieldsApart<latchmark::kIsolationSize>, IndependentReads>>;
TYPED_TEST_SUITE(HotReaderTest, Workloads);

TYPED_TEST(HotReaderTest, CountsEveryReadAndWriteOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<TypeParam>({.workers = workers}, 10'000);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TEST(HotReaderParts, OnlyTheSecondWorkerWrites) {
    for (std::size_t worker = 0; worker < 4; ++worker) {
        EXPECT_EQ(Packed::kParts.at(Packed::part_of(worker, 4)), worker == 1 ? "writer" : "reader");
        EXPECT_EQ(NoWriter::kParts.at(NoWriter::part_of(worker, 4)), "reader");
    }
}

template <typename Fields>
std::ptrdiff_t distance_in() {
    const latchmark::Slots<Fields> fields(1, std::pmr::get_default_resource());
    return reinterpret_cast<const char*>(&fields[0].written) - reinterpret_cast<const char*>(&fields[0].read);
}

TEST(HotReaderLayout, FieldsAreOnOneLineOrApart) {
    EXPECT_EQ(distance_in<FieldsTogether>(), 8);
    EXPECT_EQ(distance_in<FieldsApart<64>>(), 64);
    EXPECT_EQ(distance_in<FieldsApart<latchmark::kIsolationSize>>(), 256);
}

// Its writer counts what it has not written.
class WritesOneLess : public Packed {
public:
    using Packed::Packed;
    void run(std::size_t worker, std::uint64_t operations) { Packed::run(worker, worker == 1 ? operations - 1 : operations); }
};

// Its readers find another value than was put there, as they would behind a stray write.
class FieldWasChanged : public Packed {
public:
    explicit FieldWasChanged(const latchmark::Setting& setting) : Packed(setting) { fields_[0].read = 0; }
    void run(std::size_t worker, std::uint64_t /*operations*/) { Packed::run(worker, 1); }  // the value is also an address
};

TEST(HotReaderSabotage, AMissingWriteIsNoticed) {
    EXPECT_TRUE(latchmark::trial_of<WritesOneLess>({.workers = 1}, 1'000).finds_all);
    EXPECT_FALSE(latchmark::trial_of<WritesOneLess>({.workers = 2}, 1'000).finds_all);
}

TEST(HotReaderSabotage, AReadOfAnotherValueIsNoticed) {
    EXPECT_FALSE(latchmark::trial_of<FieldWasChanged>({.workers = 1}, 1).finds_all);
}

}  // namespace
}  // namespace benchmarks::false_sharing
