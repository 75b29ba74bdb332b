// The writer's writes all arrive and readers see whole records, whatever protects them; twins that fail are found out.
#include "benchmarks/contention/writer_starvation/workload.hpp"

#include <gtest/gtest.h>
#include <mutex>
#include <shared_mutex>

#include "benchmarks/primitives/locks/absl_mutex.hpp"
#include "benchmarks/primitives/readers_writers/writer_first_rwlock.hpp"
#include "benchmarks/primitives/snapshots/guarded_record.hpp"
#include "benchmarks/primitives/snapshots/hazard_record.hpp"
#include "benchmarks/primitives/snapshots/seqlock_record.hpp"
#include "benchmarks/primitives/snapshots/urcu_record.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::contention {
namespace {

constexpr std::uint64_t kOperations = 3'000;

latchmark::Setting setting_of(std::size_t workers) {
    return {.workers = workers, .parameters = {{"section_ns", 20}, {"pause_ns", 20}}};
}

template <typename Shared>
class WriterStarvationTest : public testing::Test {};
using Records = testing::Types<GuardedRecord<std::mutex>, GuardedRecord<std::shared_mutex>, GuardedRecord<WriterFirstRwlock>,
                               GuardedRecord<AbslMutex>, SeqlockRecord, HazardRecord<>, UrcuRecord>;
TYPED_TEST_SUITE(WriterStarvationTest, Records);

TYPED_TEST(WriterStarvationTest, CountsWritesAndReadsOfOneToFourWorkers) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<OneWriter<TypeParam>>(setting_of(workers), kOperations);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TYPED_TEST(WriterStarvationTest, RecordsTheWaitsOfTheWriterAlone) {
    std::array<latchmark::LatencyRecorder, 2> recorders{};
    const auto trial = latchmark::trial_of<OneWriter<TypeParam>>(
        setting_of(recorders.size()), kOperations,
        [&](auto& workload, std::size_t worker, std::uint64_t count) { workload.run(worker, count, recorders[worker]); });
    EXPECT_TRUE(trial.finds_all);
    const auto recorded = [](const latchmark::LatencyRecorder& recorder) {
        std::uint64_t count = 0;
        for (std::size_t bucket = 0; bucket < latchmark::LatencyRecorder::kBuckets; ++bucket) count += recorder.count_in(bucket);
        return count;
    };
    EXPECT_EQ(recorded(recorders[0]), kOperations);
    EXPECT_EQ(recorded(recorders[1]), 0U);
}

TEST(WriterStarvationParts, OneWriterAndTheRestReaders) {
    const auto parts = latchmark::parts_of<OneWriter<SeqlockRecord>>();
    EXPECT_EQ(parts.names, (std::vector<std::string>{"writer", "reader"}));
    EXPECT_EQ(parts.of(0, 3), 0U);
    EXPECT_EQ(parts.of(1, 3), 1U);
    EXPECT_EQ(parts.of(2, 3), 1U);
}

// Readers find a record that no write can have made, and every third write does nothing.
template <bool TearsReads, bool LosesWrites>
class Broken {
public:
    Broken(std::size_t /*workers*/, std::pmr::memory_resource* /*memory*/) {}
    template <typename During>
    [[nodiscard]] Record read(std::size_t /*worker*/, During /*during*/) const {
        Record seen;
        if (TearsReads) seen.words.back() = 1;
        return seen;
    }
    void write(std::size_t /*worker*/) {
        if (!LosesWrites || ++asked_ % 3 != 0) record_ = record_.next();
    }
    [[nodiscard]] Record latest() const { return record_; }

private:
    Record record_{};
    std::uint64_t asked_ = 0;
};

TEST(WriterStarvationSabotage, TornReadsAndLostWritesAreNoticed) {
    EXPECT_TRUE((latchmark::trial_of<OneWriter<Broken<false, false>>>(setting_of(2), kOperations).finds_all));
    EXPECT_FALSE((latchmark::trial_of<OneWriter<Broken<true, false>>>(setting_of(2), kOperations).finds_all));
    EXPECT_FALSE((latchmark::trial_of<OneWriter<Broken<false, true>>>(setting_of(2), kOperations).finds_all));
}

}  // namespace
}  // namespace benchmarks::contention
