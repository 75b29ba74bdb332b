// Every variant loses no write and shows no torn record; twins that do are found out.
#include "benchmarks/contention/reader_writer/workload.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "benchmarks/primitives/locks/absl_mutex.hpp"
#include "benchmarks/primitives/readers_writers/writer_first_rwlock.hpp"
#include "benchmarks/primitives/snapshots/guarded_record.hpp"
#include "benchmarks/primitives/snapshots/hazard_record.hpp"
#include "benchmarks/primitives/snapshots/seqlock_record.hpp"
#include "benchmarks/primitives/snapshots/shared_ptr_record.hpp"
#include "benchmarks/primitives/snapshots/urcu_record.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::contention {
namespace {

constexpr std::uint64_t kOperations = 40'000;

latchmark::Setting setting_of(std::size_t workers, double writers_percent) {
    return {.workers = workers, .parameters = {{"writers", writers_percent}, {"section_ns", 5}}};
}

// Words that are no atomics: where the lock or the copies do not keep a writer away from readers, ThreadSanitizer sees a race.
class PlainWords {
public:
    [[nodiscard]] Record read() const { return record_; }
    [[nodiscard]] std::uint64_t first() const { return record_.words[0]; }
    void write(const Record& record) { record_ = record; }

private:
    Record record_{};
};

template <typename Shared>
class ReaderWriterTest : public testing::Test {};
using Records =
    testing::Types<GuardedRecord<std::mutex>, GuardedRecord<std::shared_mutex>, GuardedRecord<WriterFirstRwlock>,
                   GuardedRecord<AbslMutex>, SeqlockRecord, SharedPtrRecord<>, HazardRecord<>, UrcuRecord,
                   GuardedRecord<WriterFirstRwlock, PlainWords>, SharedPtrRecord<PlainWords>, HazardRecord<PlainWords>>;
TYPED_TEST_SUITE(ReaderWriterTest, Records);

TYPED_TEST(ReaderWriterTest, KeepsEveryWriteAndEveryRecordWhole) {
    for (std::size_t workers = 1; workers <= 4; ++workers) {
        const auto trial = latchmark::trial_of<MixedAccess<TypeParam>>(setting_of(workers, 10), kOperations);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << workers << " workers";
    }
}

TYPED_TEST(ReaderWriterTest, OnlyReadersAndOnlyWritersAreCountedToo) {
    for (const double writers_percent : {0.0, 100.0}) {
        const auto trial = latchmark::trial_of<MixedAccess<TypeParam>>(setting_of(2, writers_percent), kOperations);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << writers_percent << " % writers";
    }
}

// Not a zero that is known beforehand: a section that depends on nothing begins before the lock is there.
TYPED_TEST(ReaderWriterTest, GivesASectionWhatIsKnownOnlyInside) {
    std::pmr::monotonic_buffer_resource memory;
    TypeParam shared(1, &memory);
    attach_this_thread(shared);
    shared.write(0);
    std::uint64_t given = 0;
    EXPECT_TRUE(shared.read(0, [&](std::uint64_t inside) { given = inside; }).is_whole());
    EXPECT_NE(given, 0U);
}

TEST(ReaderWriterPicks, HoldExactlyTheAskedShareInAnOrderOfTheSeed) {
    constexpr int kRound = 8192;
    WritePicks one;
    WritePicks other;
    one.draw(0.05, 1);
    other.draw(0.05, 2);
    int writes = 0;
    int different = 0;
    for (int i = 0; i < kRound; ++i) {
        const bool is_write = one.next();
        if (is_write) ++writes;
        if (is_write != other.next()) ++different;
    }
    EXPECT_EQ(writes, 410);  // 5 % of 8192
    EXPECT_GT(different, 0);
}

TEST(ReaderWriterTallies, SeqlockCountsLooksThatMetAWrite) {
    static_assert(latchmark::CountsTallies<MixedAccess<SeqlockRecord>>);
    static_assert(!latchmark::CountsTallies<MixedAccess<HazardRecord<>>>);
    // A write in the middle of the first look: exactly one retry, and the second look sees the write.
    std::pmr::monotonic_buffer_resource memory;
    SeqlockRecord shared(1, &memory);
    int looks = 0;
    int retries = 0;
    const Record seen = shared.read(
        0,
        [&](std::uint64_t /*inside*/) {
            if (++looks == 1) shared.write(0);
        },
        [&] { ++retries; });
    EXPECT_EQ(seen.words[0], 1U);
    EXPECT_EQ(retries, 1);
}

TEST(ReaderWriterTallies, WithoutARivalNothingIsAddedToWhatWasThere) {
    std::array<std::uint64_t, 1> tallies{7};
    const auto trial = latchmark::trial_of<MixedAccess<SeqlockRecord>>(
        setting_of(1, 10), kOperations, [&](auto& workload, std::size_t worker, std::uint64_t count) {
            workload.run(worker, count, std::span<std::uint64_t>(tallies));
        });
    EXPECT_TRUE(trial.finds_all);
    EXPECT_EQ(tallies[0], 7U);
}

// A copy that a reader holds is written again only when it has let go, however many writes come between.
template <typename Shared>
void expect_a_held_copy_to_stay(int writes) {
    std::pmr::monotonic_buffer_resource memory;
    Shared shared(2, &memory);
    bool is_published = false;
    const Record seen = shared.read(0, [&](std::uint64_t /*inside*/) {
        for (int i = 0; i < writes; ++i) shared.write(1);
        is_published = shared.latest().words[0] == static_cast<std::uint64_t>(writes);
    });
    EXPECT_TRUE(is_published);
    EXPECT_TRUE(seen.is_whole());
    EXPECT_EQ(seen.words[0], 0U);
}

TEST(ReaderWriterSnapshots, WritersDoNotWaitForReadersOfACopy) {
    expect_a_held_copy_to_stay<HazardRecord<>>(1000);
    expect_a_held_copy_to_stay<SharedPtrRecord<>>(1000);
}

struct Announcing : HazardRecord<> {
    using HazardRecord::announce_current;
    using HazardRecord::HazardRecord;
};

// What was current when the reader looked may be written again before the reader has announced it: hardly ever in a stress test.
TEST(ReaderWriterSnapshots, AReaderWhoseCopyWasReplacedBeforeItAnnouncedItTakesTheNewOne) {
    std::pmr::monotonic_buffer_resource memory;
    Announcing shared(2, &memory);
    const RecordWords* old = shared.announce_current(0, nullptr);
    shared.write(1);
    const RecordWords* current = shared.announce_current(0, old);
    ASSERT_NE(current, old);
    EXPECT_EQ(current->read().words[0], 1U);
}

// A reader that has not let go keeps the copies that were retired since from being written again.
TEST(ReaderWriterSnapshots, UrcuWritersOutOfCopiesWaitForReaders) {
    constexpr int kCopiesAtHand = 64;
    constexpr int kLooks = 1000;       // a writer that does not wait is seen in one of them, or in the next run of this test
    if (!kUrcuAbsent.empty()) return;  // the stand-in has no copies
    std::pmr::monotonic_buffer_resource memory;
    UrcuRecord shared(2, &memory);
    attach_this_thread(shared);
    std::atomic<int> writes{0};
    std::thread writer;
    const Record seen = shared.read(0, [&](std::uint64_t /*inside*/) {
        // Begun inside: a writer that is done before the reader has come in has nobody to wait for.
        writer = std::thread([&] {
            attach_this_thread(shared);
            while (writes < kCopiesAtHand + 1) {
                shared.write(1);
                ++writes;
            }
        });
        while (writes < kCopiesAtHand) std::this_thread::yield();
        for (int look = 0; look < kLooks; ++look) {
            std::this_thread::yield();
            EXPECT_EQ(writes, kCopiesAtHand);
        }
    });
    writer.join();
    EXPECT_TRUE(seen.is_whole());
    EXPECT_EQ(seen.words[0], 0U);
    EXPECT_EQ(shared.latest().words[0], 65U);
}

// Two steps of a write that a reader can come between.
class HalfWritten {
public:
    HalfWritten(std::size_t /*workers*/, std::pmr::memory_resource* /*memory*/) {}
    template <typename During>
    Record read(std::size_t /*worker*/, During during) {
        during(record_.words[0]);
        return record_;
    }
    void write(std::size_t /*worker*/) {
        for (std::size_t i = 0; i < Record::kWords / 2; ++i) ++record_.words[(first_half_ ? 0 : Record::kWords / 2) + i];
        first_half_ = !first_half_;
    }
    // Whole, and with every write in it: only what readers have seen gives it away.
    [[nodiscard]] Record latest() const {
        Record latest;
        latest.words.fill(record_.words.front() + record_.words.back());
        return latest;
    }

private:
    Record record_{};
    bool first_half_ = true;
};

TEST(ReaderWriterSabotage, ATornRecordIsNoticed) {
    EXPECT_TRUE(latchmark::trial_of<MixedAccess<HalfWritten>>(setting_of(1, 100), kOperations).finds_all);
    EXPECT_FALSE(latchmark::trial_of<MixedAccess<HalfWritten>>(setting_of(1, 10), kOperations).finds_all);
}

// Both workers read before either writes: one of two writes is lost.
class LosesWrites {
public:
    LosesWrites(std::size_t /*workers*/, std::pmr::memory_resource* /*memory*/) {}
    template <typename During>
    Record read(std::size_t /*worker*/, During /*during*/) {
        return {};
    }
    void write(std::size_t worker) {
        if (worker == 0) record_ = record_.next();
    }
    [[nodiscard]] Record latest() const { return record_; }

private:
    Record record_{};
};

TEST(ReaderWriterSabotage, ALostWriteIsNoticed) {
    EXPECT_TRUE(latchmark::trial_of<MixedAccess<LosesWrites>>(setting_of(1, 10), kOperations).finds_all);
    EXPECT_FALSE(latchmark::trial_of<MixedAccess<LosesWrites>>(setting_of(2, 10), kOperations).finds_all);
}

}  // namespace
}  // namespace benchmarks::contention
