// What each worker picks, drawn before anything is timed: a list per worker that is walked round and round.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>

#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

template <typename Pick>
class PickLists {
public:
    // Long enough that a branch predictor does not learn a list by heart, short enough that the lists of many workers are drawn
    // in a fraction of a second (judgement).
    static constexpr std::size_t kPicks = 16'384;

    // draw(worker, generator) gives the worker's next pick. Each worker has its own generator, seeded from the setting.
    template <typename Draw>
    PickLists(const latchmark::Setting& setting, Draw draw) : lists_(setting.workers, setting.memory) {
        for (std::size_t worker = 0; worker < setting.workers; ++worker) {
            std::mt19937_64 generator(setting.seed + worker);
            for (Pick& pick : lists_[worker].picks) pick = draw(worker, generator);
        }
    }

    // Calls use(pick) for the worker's next `count` picks, going on where the last walk ended: a walk from the beginning in each
    // batch would never come to the end of the list.
    template <typename Use>
    void walk(std::size_t worker, std::uint64_t count, Use use) {
        List& list = lists_[worker];
        std::size_t next = list.next;  // in a register: locks and barriers would have a member written back for every pick
        for (std::uint64_t i = 0; i < count; ++i) {
            use(list.picks[next]);
            next = (next + 1) % kPicks;
        }
        list.next = next;
    }

private:
    struct alignas(latchmark::kIsolationSize) List {  // a worker writes `next`: nobody else's picks may ride on its line
        std::size_t next = 0;
        std::array<Pick, kPicks> picks{};
    };
    latchmark::Slots<List> lists_;
};

}  // namespace benchmarks
