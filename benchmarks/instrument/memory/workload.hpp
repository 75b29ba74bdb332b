// A walk through memory in which each load tells where the next one goes, so that none begins before the last has ended.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "benchmarks/instrument/memory/footprints.hpp"
#include "benchmarks/primitives/known_steps.hpp"
#include "benchmarks/primitives/processes/resident_memory.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::instrument {

// No two of them share a line, of 64 bytes or of 128, nor a pair of lines that is fetched together.
struct alignas(128) Stop {
    const Stop* next = nullptr;
};

// Every stop of a power of two once, then the first one again, in an order that no prefetcher foresees. The generator's lowest
// bits go through all their values before any comes again, but in a short period; its highest bits are laid over them. Known
// without a list of the order, which would lie in the cache that is measured.
class Circle {
public:
    explicit Circle(std::uint64_t stops) : mask_(stops - 1), shift_(static_cast<unsigned>(std::bit_width(mask_) + 1) / 2) {}

    [[nodiscard]] std::uint64_t size() const { return mask_ + 1; }
    [[nodiscard]] std::uint64_t stop_of(std::uint64_t value) const {
        const std::uint64_t low = value & mask_;
        return low ^ (low >> shift_);
    }
    // Where a walk is after so many steps.
    [[nodiscard]] std::uint64_t stop_after(std::uint64_t steps) const { return stop_of(value_after(steps)); }

private:
    std::uint64_t mask_;
    unsigned shift_;
};

// The caches of the CPU this runs on.
[[nodiscard]] inline Caches caches_here() {
    const int cpu = ::sched_getcpu();
    return cpu < 0 ? kAssumed : caches_of(latchmark::machine::KernelFiles("/"), static_cast<unsigned>(cpu));
}

// Why this machine has no such rung, or not the memory for it, if so.
template <Level kLevel>
[[nodiscard]] std::optional<std::string> lacks_rung() {
    const auto footprint = footprint_of(kLevel, caches_here());
    if (const auto* lacking = std::get_if<latchmark::Unavailable>(&footprint)) return lacking->why;
    const std::uint64_t bytes = std::get<std::uint64_t>(footprint);
    return lacks_memory_for(bytes + bytes / 8);  // page tables, and a margin (judgement)
}

template <Level kLevel>
class Walk {
public:
    static constexpr std::array<latchmark::Quantity, 2> kQuantities{{
        {"footprint", "B", "none", "memory that the walk goes through"},
        {"last_level_cache", "B", "none", "size of the last level of cache, by which the walks are sized"},
    }};

    explicit Walk(const latchmark::Setting& setting) : Walk(setting, caches_here()) {}

    void run(std::size_t worker, std::uint64_t operations) {
        walk(worker, operations);
        count(worker, operations);
    }

    // Each walker has been where its steps lead, at every stop of the way: a lap that was left out would end at the same one.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        for (const auto& worker : walkers_) {
            if (worker.value.sum != sum_after(worker.value.operations)) return false;
            operations -= worker.value.operations;
        }
        return operations == 0;
    }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const {
        std::vector<latchmark::OrUnavailable<double>> values{static_cast<double>(circle_.size() * sizeof(Stop))};
        if (caches_.are_known)
            values.emplace_back(static_cast<double>(caches_.last));
        else
            values.emplace_back(
                latchmark::Unavailable{"the kernel tells no sizes of caches: " + in_words(caches_.last) + " are assumed"});
        return values;
    }

protected:
    Walk(const latchmark::Setting& setting, const Caches& caches)
        : caches_(caches),
          circle_(bytes_of_walk(caches) / sizeof(Stop)),
          memory_(circle_.size() * sizeof(Stop), Pages::small),
          walkers_(setting.workers, setting.memory) {
        // In the order of the walk: what the walk meets first was written first, and is the first that a cache has lost again.
        std::uint64_t value = value_after(0);
        for (std::uint64_t i = 0; i < circle_.size(); ++i) {
            const std::uint64_t next = next_value(value);
            stops()[circle_.stop_of(value)].next = &stops()[circle_.stop_of(next)];
            value = next;
        }
        for (auto& worker : walkers_) worker.value.at = &stops()[circle_.stop_after(0)];
    }

    void walk(std::size_t worker, std::uint64_t steps) {
        Walker& walker = walkers_[worker].value;
        const Stop* at = walker.at;
        std::uint64_t sum = walker.sum;
        for (std::uint64_t i = 0; i < steps; ++i) {
            at = at->next;
            sum += reinterpret_cast<std::uintptr_t>(at);  // beside the next load, not before it
        }
        walker.at = at;
        walker.sum = sum;
    }
    void count(std::size_t worker, std::uint64_t operations) { walkers_[worker].value.operations += operations; }

private:
    struct Walker {
        const Stop* at = nullptr;
        std::uint64_t sum = 0;  // of the addresses of all stops
        std::uint64_t operations = 0;
    };

    [[nodiscard]] static std::uint64_t bytes_of_walk(const Caches& caches) {
        const auto footprint = footprint_of(kLevel, caches);
        if (const auto* lacking = std::get_if<latchmark::Unavailable>(&footprint)) throw std::runtime_error(lacking->why);
        return std::get<std::uint64_t>(footprint);
    }

    [[nodiscard]] Stop* stops() const { return reinterpret_cast<Stop*>(memory_.begin()); }

    [[nodiscard]] std::uint64_t sum_after(std::uint64_t steps) const {
        const std::uint64_t stops_in_all = circle_.size();
        std::uint64_t numbers = steps / stops_in_all * (stops_in_all * (stops_in_all - 1) / 2);  // whole laps
        std::uint64_t value = value_after(steps - steps % stops_in_all);
        for (std::uint64_t i = 0; i < steps % stops_in_all; ++i) {
            value = next_value(value);
            numbers += circle_.stop_of(value);
        }
        return steps * reinterpret_cast<std::uintptr_t>(stops()) + numbers * sizeof(Stop);
    }

    Caches caches_;
    Circle circle_;
    ResidentMemory memory_;  // not the team's: that is too small for the last rung
    latchmark::Slots<latchmark::Isolated<Walker>> walkers_;
};

}  // namespace benchmarks::instrument
