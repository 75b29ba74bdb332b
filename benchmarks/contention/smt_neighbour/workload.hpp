// Two workers meant for one core: the first computes or loads, the other sleeps, waits or computes beside it.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <random>
#include <string_view>

#include "latchmark/base/chain.hpp"
#include "latchmark/base/cpu_relax.hpp"
#include "latchmark/base/do_not_optimize.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::contention {

// Operations are tens of microseconds long. A sleeping neighbour takes longer still for one unit, so that the common batch is one
// operation: it must then be that beside every neighbour, or their batches would differ in what the loop around them costs.
inline constexpr std::uint64_t kChainSteps = 16'384;
inline constexpr std::uint64_t kLoads = 256;

// A chain of multiplications in registers: wants the core's arithmetic units and nothing else.
class ChainSubject {
public:
    explicit ChainSubject(const latchmark::Setting& setting) : value_(1, setting.memory) { value_[0].value = kStart; }

    void work(std::uint64_t operations) {
        std::uint64_t value = value_[0].value;
        for (std::uint64_t step = 0; step < operations * kChainSteps; ++step) {
            value = value * kFactor + kAddend;
            latchmark::do_not_optimize(value);  // each step waits for the last one
        }
        value_[0].value = value;
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const { return value_[0].value == value_after(operations * kChainSteps); }

private:
    static constexpr std::uint64_t kStart = 1;
    static constexpr std::uint64_t kFactor = 6364136223846793005U;
    static constexpr std::uint64_t kAddend = 1442695040888963407U;

    // The same without doing the steps: a step done twice is again a product and a sum, and so on by powers of two.
    [[nodiscard]] static std::uint64_t value_after(std::uint64_t steps) {
        std::uint64_t value = kStart;
        std::uint64_t factor = kFactor;
        std::uint64_t addend = kAddend;
        for (; steps != 0; steps >>= 1U) {
            if ((steps & 1U) != 0) value = value * factor + addend;
            addend *= factor + 1;
            factor *= factor;
        }
        return value;
    }

    latchmark::Slots<latchmark::Isolated<std::uint64_t>> value_;
};

// A walk through memory in random order, each load telling where the next one goes: waits for the caches and leaves the core
// idle.
class LoadsSubject {
public:
    explicit LoadsSubject(const latchmark::Setting& setting)
        : lines_(kLines, setting.memory), order_(kLines, setting.memory), at_(1, setting.memory) {
        std::uint32_t line = 0;
        for (auto& place : order_) place = line++;
        std::mt19937_64 random(setting.seed);
        std::shuffle(order_.begin(), order_.end(), random);
        for (std::size_t i = 0; i < kLines; ++i) lines_[order_[i]].next = order_[(i + 1) % kLines];
        at_[0].value = order_[0];
    }

    void work(std::uint64_t operations) {
        std::uint32_t at = at_[0].value;
        for (std::uint64_t load = 0; load < operations * kLoads; ++load) at = lines_[at].next;
        at_[0].value = at;
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const { return at_[0].value == order_[operations * kLoads % kLines]; }

private:
    // 16 MiB: more than any core's own cache, so that a load waits for a shared one or for memory (judgement).
    static constexpr std::size_t kLines = std::size_t{1} << 18U;
    struct alignas(64) Line {  // nothing to gain from the neighbour of a line that was loaded
        std::uint32_t next = 0;
    };

    latchmark::Slots<Line> lines_;
    latchmark::Slots<std::uint32_t> order_;
    latchmark::Slots<latchmark::Isolated<std::uint32_t>> at_;
};

// Gives the core away. One sleep a call, however many operations it stands for: a window ends when the last worker wakes.
class Sleeping {
public:
    explicit Sleeping(const latchmark::Setting&) {}
    void spend(std::uint64_t /*operations*/) {
        // The kernel's slack adds some 50 us. Longer would let the subject work alone at the end of a window of 5 ms; shorter
        // would wake the core up more often (judgement). An early return by a signal does no harm.
        const timespec pause{.tv_sec = 0, .tv_nsec = 100'000};
        ::clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
    }
};

// Reads a flag that nobody raises, as a spinning waiter does.
class Spinning {
public:
    explicit Spinning(const latchmark::Setting& setting) : raised_(1, setting.memory) {}
    void spend(std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations * kReads && !is_raised(); ++i) {
        }
    }

protected:
    static constexpr std::uint64_t kReads = 16'384;
    [[nodiscard]] bool is_raised() const { return raised_[0].value.load(std::memory_order_acquire); }  // as a waiter must

private:
    latchmark::Slots<latchmark::Isolated<std::atomic<bool>>> raised_;
};

// The same with the hint that says so between two reads.
class Pausing : private Spinning {
public:
    using Spinning::Spinning;
    void spend(std::uint64_t operations) {
        constexpr std::uint64_t kPauses = kReads / 16;  // a hint takes many times as long as a read
        for (std::uint64_t i = 0; i < operations * kPauses && !is_raised(); ++i) latchmark::cpu_relax();
    }
};

// Computes as hard as the subject does.
class Busy {
public:
    explicit Busy(const latchmark::Setting&) {}
    void spend(std::uint64_t operations) { latchmark::run_chain(operations * kChainSteps); }
};

template <typename Subject, typename Neighbour>
class Beside {
public:
    static constexpr std::array<std::string_view, 2> kParts{"subject", "neighbour"};
    [[nodiscard]] static std::size_t part_of(std::size_t worker, std::size_t /*workers*/) { return worker == 0 ? 0 : 1; }

    explicit Beside(const latchmark::Setting& setting)
        : subject_(setting), neighbour_(setting), spent_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        if (part_of(worker, spent_.size()) == 0) return subject_.work(operations);
        neighbour_.spend(operations);
        spent_[worker].value += operations;
    }

    // The neighbours are believed; the subject has to be where its operations lead.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        for (const auto& worker : spent_) operations -= worker.value;
        return subject_.verify(operations);
    }

private:
    Subject subject_;
    Neighbour neighbour_;
    latchmark::Slots<latchmark::Isolated<std::uint64_t>> spent_;
};

}  // namespace benchmarks::contention
