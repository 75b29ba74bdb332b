// A small catalogue that increments for real and tells the scripted PMU what its increments did.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "harness/tests/scripted/happenings.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/preset.hpp"

namespace latchmark::scripted {

struct Packed {
    static constexpr Meeting kMeeting = Meeting::contested;
    std::atomic<std::uint64_t> count{0};
};

struct alignas(kIsolationSize) Padded {
    static constexpr Meeting kMeeting = Meeting::alone;
    std::atomic<std::uint64_t> count{0};
};

// One counter a worker, in two layouts.
template <typename Slot>
class Counters {
public:
    explicit Counters(const Setting& setting) : slots_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        // relaxed: publishes nothing
        for (std::uint64_t i = 0; i < operations; ++i) slots_[worker].count.fetch_add(1, std::memory_order_relaxed);
        happened(worker, slots_.size() > 1 ? Slot::kMeeting : Meeting::alone, operations);
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        for (const auto& slot : slots_) operations -= slot.count.load(std::memory_order_relaxed);
        return operations == 0;
    }

private:
    Slots<Slot> slots_;
};

inline Catalogue scripted_catalogue() {
    Experiment experiment{.name = "scripted/counters",
                          .question = "Do counts reach the page as the script has them?",
                          .operation = "increment of the worker's own counter",
                          .baseline = "padded",
                          .variants = {variant<Counters<Padded>>("padded", "each counter alone on its line"),
                                       variant<Counters<Packed>>("packed", "all counters side by side")}};
    experiment.workers = WorkerSweep::two;
    experiment.teams = {Team::threads, Team::processes};
    experiment.roles = roles::coherence();
    return {.experiments = {std::move(experiment)},
            .presets = {{.name = "quick",
                         .purpose = "what is checked number by number",
                         .rounds = 10,
                         .windows = 4,
                         .window_ns = 20'000'000,  // so that the one event that a read counts itself is lost beside the others
                         .warm_up_ns = 1'000'000,
                         .oversubscribed_window_ns = 20'000'000},
                        {.name = "tiny",
                         .purpose = "what goes wrong: each group once",
                         .rounds = 2,
                         .windows = 2,
                         .window_ns = 500'000,
                         .warm_up_ns = 500'000,
                         .oversubscribed_window_ns = 5'000'000}}};
}

}  // namespace latchmark::scripted
