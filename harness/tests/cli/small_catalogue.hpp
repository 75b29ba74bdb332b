// A catalogue that really measures, within milliseconds: one honest variant, one that loses an increment, one that crashes.
#pragma once
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>

#include "latchmark/preset.hpp"

namespace latchmark::tests {

class Counting {
public:
    explicit Counting(const Setting& /*setting*/) {}
    void run(std::size_t /*worker*/, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) count_.fetch_add(1, std::memory_order_relaxed);
    }
    [[nodiscard]] bool verify(std::uint64_t operations) const { return count_.load() == operations; }

private:
    std::atomic<std::uint64_t> count_{0};
};

class Losing : public Counting {
public:
    using Counting::Counting;
    [[nodiscard]] bool verify(std::uint64_t operations) const { return Counting::verify(operations + 1); }
};

class Crashing : public Counting {
public:
    using Counting::Counting;
    void run(std::size_t /*worker*/, std::uint64_t /*operations*/) { std::raise(SIGKILL); }
};

inline Catalogue small_catalogue() {
    Experiment experiment{.name = "small/counter",
                          .question = "Does the whole chain work?",
                          .operation = "increment",
                          .baseline = "counting",
                          .variants = {variant<Counting>("counting", "counts"), variant<Losing>("losing", "loses one"),
                                       variant<Crashing>("crashing", "kills itself"),
                                       variant<Counting>("never_threaded", "counts alone", {.never_threaded = true})}};
    experiment.workers = WorkerSweep::one;
    experiment.teams = {Team::threads, Team::processes};
    return {.experiments = {std::move(experiment)},
            .presets = {{.name = "quick",
                         .purpose = "tests",
                         .rounds = 2,
                         .windows = 2,
                         .window_ns = 200'000,
                         .warm_up_ns = 200'000,
                         .oversubscribed_window_ns = 200'000,
                         .minima = {{.cores = 1, .points = 5}}},
                        {.name = "elsewhere", .purpose = "a family that is not here", .experiments = {"elsewhere"}}}};
}

}  // namespace latchmark::tests
