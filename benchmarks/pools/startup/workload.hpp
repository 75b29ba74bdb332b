// Starts a pool of workers, waits until each has done its first task, and ends it.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <unistd.h>
#include <variant>
#include <vector>

#include "benchmarks/primitives/processes/process_memory.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks::pools {

template <typename Pool>
class Startup {
public:
    static constexpr std::array<latchmark::Quantity, 2> kQuantities{{
        {"rss_per_worker", "B", "lower",
         "memory that a worker has mapped after its first task; of a thread, what its process grew by"},
        {"pss_per_worker", "B", "lower", "the same, each page divided among the processes that map it"},
    }};

    explicit Startup(const latchmark::Setting& setting)
        : workers_(static_cast<std::size_t>(setting.parameter("pool"))), seats_(setting.seats) {
        if (setting.workers != 1) throw std::invalid_argument("one worker starts the pool and waits for it");
        measure_memory();
    }

    void run(std::size_t /*worker*/, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) start([] {});
    }

    // Until all first tasks are done; the end of the pool is not in it.
    void run(std::size_t /*worker*/, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            const std::uint64_t begin_ns = latchmark::now_ns();
            start([&] { recorder.record(latchmark::now_ns() - begin_ns); });
        }
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const { return right_answers_ == operations * workers_; }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const { return {rss_, pss_}; }

private:
    template <typename OnReady>
    void start(OnReady on_ready) {
        Pool pool(workers_, next_task_, seats_);
        pool.await();
        on_ready();
        next_task_ += workers_;
        right_answers_ += pool.right_answers();
    }

    // Before anything is timed, and before the C library keeps stacks of threads that have ended: the next pool would get them
    // as they are, and seem to take no memory.
    void measure_memory() {
        Pool first(1, 0, seats_);  // touches the code and data that all share, and lives on, so that nobody gets its stack
        first.await();
        static_cast<void>(memory_of(::getpid()));  // so does the first look
        const auto before = memory_of(::getpid());
        Pool pool(workers_, 0, seats_);
        pool.await();
        const auto pids = pool.pids();
        ProcessMemory held;
        for (const pid_t pid : pids)
            if (!add(memory_of(pid), 1, held)) return;
        if (pids.empty() && !(add(memory_of(::getpid()), 1, held) && add(before, -1, held))) return;
        rss_ = held.rss_bytes / static_cast<double>(workers_);
        pss_ = held.pss_bytes / static_cast<double>(workers_);
    }

    [[nodiscard]] bool add(const latchmark::OrUnavailable<ProcessMemory>& memory, double sign, ProcessMemory& held) {
        if (const auto* missing = std::get_if<latchmark::Unavailable>(&memory)) {
            rss_ = pss_ = *missing;
            return false;
        }
        held.rss_bytes += sign * std::get<ProcessMemory>(memory).rss_bytes;
        held.pss_bytes += sign * std::get<ProcessMemory>(memory).pss_bytes;
        return true;
    }

    std::size_t workers_;
    std::vector<unsigned> seats_;
    std::uint64_t next_task_ = 0;
    std::uint64_t right_answers_ = 0;
    latchmark::OrUnavailable<double> rss_ = 0.0;
    latchmark::OrUnavailable<double> pss_ = 0.0;
};

}  // namespace benchmarks::pools
