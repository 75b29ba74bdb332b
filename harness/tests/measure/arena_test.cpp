// The arena's memory is zeroed, aligned, never handed out twice, and shared exactly with worker processes.
#include "harness/measure/arena.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <new>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "latchmark/base/isolated.hpp"

namespace latchmark::measure {
namespace {

constexpr std::size_t kCapacity = 1U << 20U;

TEST(Arena, HandsOutZeroedAlignedMemoryThatDoesNotOverlap) {
    Arena arena(kCapacity, Team::threads);
    auto* first = static_cast<unsigned char*>(arena.allocate(10, 1));
    auto* second = static_cast<unsigned char*>(arena.allocate(1000, kIsolationSize));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(second) % kIsolationSize, 0U);
    EXPECT_GE(second, first + 10);
    EXPECT_TRUE(std::all_of(second, second + 1000, [](unsigned char byte) { return byte == 0; }));
}

TEST(Arena, RefusesWhatItDoesNotHold) {
    Arena arena(kCapacity, Team::threads);
    EXPECT_THROW((void)arena.allocate(kCapacity, 1), std::bad_alloc);  // its own bookkeeping lies in it too
    EXPECT_THROW((void)arena.allocate(SIZE_MAX / 4, 1), std::bad_alloc);
    EXPECT_NE(arena.allocate(kCapacity / 2, 1), nullptr);
    EXPECT_THROW((void)arena.allocate(kCapacity / 2, 1), std::bad_alloc);
}

TEST(Arena, WorkersThatAllocateAtTheSameTimeGetDifferentMemory) {
    Arena arena(kCapacity, Team::threads);
    std::vector<std::vector<std::uintptr_t>> addresses(4);
    std::vector<std::thread> workers;
    for (auto& mine : addresses) {
        workers.emplace_back([&] {
            for (int i = 0; i < 500; ++i) mine.push_back(reinterpret_cast<std::uintptr_t>(arena.allocate(64, 64)));
        });
    }
    for (auto& worker : workers) worker.join();
    std::vector<std::uintptr_t> all;
    for (const auto& mine : addresses) all.insert(all.end(), mine.begin(), mine.end());
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

TEST(Arena, APageThatIsSkippedToHasNothingOnItYet) {
    Arena arena(kCapacity, Team::threads);
    const auto page_bytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto page_of = [&](void* address) { return reinterpret_cast<std::uintptr_t>(address) / page_bytes; };
    const auto before = page_of(static_cast<std::byte*>(arena.allocate(10, 1)) + 9);
    arena.skip_to_next_page();
    void* first = arena.allocate(10, 1);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % page_bytes, 0U);
    EXPECT_GT(page_of(first), before);
}

// Whether a child's write is seen here.
bool is_shared_with_children(Team team) {
    Arena arena(kCapacity, team);
    auto* value = static_cast<volatile int*>(arena.allocate(sizeof(int), alignof(int)));
    const pid_t child = ::fork();
    if (child == 0) {
        *value = 1;
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    return *value == 1;
}

TEST(Arena, IsSharedWithWorkerProcessesAndNotOtherwise) {
    EXPECT_TRUE(is_shared_with_children(Team::processes));
    EXPECT_FALSE(is_shared_with_children(Team::threads));
}

}  // namespace
}  // namespace latchmark::measure
