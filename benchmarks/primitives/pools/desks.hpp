// Where a pool of processes leaves a task for each executor, in memory that they share, and what an executor does with it.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

#include "benchmarks/primitives/pools/task.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "benchmarks/primitives/waits/futex.hpp"
#include "latchmark/base/chain.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"

namespace benchmarks {

// What has become of the task at a desk. Whoever clears up after an executor reads here whether its task can have had effects.
enum DeskState : std::uint32_t { kDeskFree, kDeskAssigned, kDeskBegun, kDeskStopped, kDeskDone };

struct alignas(latchmark::kIsolationSize) Desk {
    FutexWord state{kDeskFree};  // whoever changes it hands over what else is here
    bool is_fatal = false;       // the executor stops in the middle of this task, to be killed there
    std::uint64_t number = 0;
    std::uint64_t steps = 0;  // of the chain that the task consists of
    std::uint64_t begun_ns = 0;
    std::uint64_t result = 0;
};

struct Desks {
    static constexpr std::size_t kExecutors = 2;
    std::array<Desk, kExecutors> of_executor{};
    // By all executors. Where a task was begun more often than the pool knows, it was run twice unnoticed.
    alignas(latchmark::kIsolationSize) std::atomic<std::uint64_t> begun{0};
    std::atomic<std::uint64_t> finished{0};
    // The desk that a process in reserve is to sit down at, + 1; 0: none is free.
    alignas(latchmark::kIsolationSize) FutexWord free_desk{0};
};

// An executor's word that there is something to see at its desk.
inline void tell(const Descriptor& news) {
    if (::eventfd_write(news.get(), 1) != 0) ::_exit(1);  // the pool sees an executor that ended by itself
}

// One task, whose beginning is told before anything is done: what was not begun can be done again without a second thought.
inline void do_task(Desks& desks, Desk& desk, const Descriptor& news) {
    desks.begun.fetch_add(1, std::memory_order_relaxed);  // a number, read when this process is gone or has told more
    desk.begun_ns = latchmark::now_ns();
    desk.state.store(kDeskBegun, std::memory_order_release);  // the time before the state
    latchmark::run_chain(desk.steps / 2);
    if (desk.is_fatal) {
        desk.state.store(kDeskStopped, std::memory_order_release);  // what has been done before the state
        tell(news);
        for (;;) ::pause();
    }
    latchmark::run_chain(desk.steps / 2);
    desk.result = mark_of(desk.number);
    desks.finished.fetch_add(1, std::memory_order_relaxed);
    desk.state.store(kDeskDone, std::memory_order_release);  // the result before the state
    tell(news);
}

// An executor's life.
template <typename DoTask>
[[noreturn]] void sit_at(Desks& desks, std::size_t place, const Descriptor& news, DoTask do_one) {
    Desk& desk = desks.of_executor[place];
    for (;;) {
        const std::uint32_t state = desk.state.load(std::memory_order_acquire);  // pairs with the pool's: the task is there
        if (state == kDeskAssigned)
            do_one(desks, desk, news);
        else
            futex_wait(desk.state, state);
    }
}

// That of one in reserve: until a desk is free, and then as anybody's.
template <typename DoTask>
[[noreturn]] void wait_for_desk(Desks& desks, const Descriptor& news, DoTask do_one) {
    // relaxed: a number; what lies at the desk is handed over by the desk's state
    while (desks.free_desk.load(std::memory_order_relaxed) == 0) futex_wait(desks.free_desk, 0);
    const std::uint32_t place = desks.free_desk.exchange(0, std::memory_order_relaxed) - 1;
    sit_at(desks, place, news, do_one);
}

}  // namespace benchmarks
