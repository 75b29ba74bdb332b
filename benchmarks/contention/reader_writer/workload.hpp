// A record that every worker reads often and writes now and then.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string_view>

#include "benchmarks/primitives/snapshots/record.hpp"
#include "latchmark/base/chain.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::contention {

// Whether each of a worker's operations is a write: drawn beforehand, with exactly the asked share, and walked round and round.
class WritePicks {
public:
    void draw(double share, std::uint64_t seed) {
        const auto writes = static_cast<std::ptrdiff_t>(std::llround(share * static_cast<double>(kPicks)));
        std::fill(is_write_.begin(), is_write_.begin() + writes, true);
        std::mt19937_64 random(seed);
        std::shuffle(is_write_.begin(), is_write_.end(), random);
    }

    [[nodiscard]] bool next() {
        position_ = (position_ + 1) % kPicks;
        return is_write_[position_];
    }

private:
    // Long enough that branch prediction does not learn it, short enough to stay in the first-level cache with the record.
    static constexpr std::size_t kPicks = 8192;
    std::array<bool, kPicks> is_write_{};
    std::size_t position_ = 0;
};

// Mixed roles: each worker reads and writes. `Shared` is the record and what protects it.
template <typename Shared>
class MixedAccess {
public:
    static constexpr std::array<std::string_view, 1> kTallies{"retries"};

    explicit MixedAccess(const latchmark::Setting& setting)
        : shared_(setting.workers, setting.memory),
          section_steps_(setting.chain_steps(setting.parameter("section_ns"))),
          workers_(setting.workers, setting.memory) {
        for (std::size_t worker = 0; worker < setting.workers; ++worker)
            workers_[worker].value.picks.draw(setting.parameter("writers") / 100.0, setting.seed + worker);
    }

    void run(std::size_t worker, std::uint64_t operations) {
        latchmark::Chain section;
        run_with(worker, operations, [&] { return shared_.read(worker, during(section)); });
    }

    // Looks of a reader that met a write and must be repeated.
    void run(std::size_t worker, std::uint64_t operations, std::span<std::uint64_t> tallies) requires CountsRetries<Shared> {
        latchmark::Chain section;
        std::uint64_t retries = 0;
        run_with(worker, operations, [&] { return shared_.read(worker, during(section), [&] { ++retries; }); });
        tallies[0] += retries;
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t reads = 0;
        std::uint64_t writes = 0;
        std::uint64_t torn = 0;
        for (const auto& worker : workers_) {
            reads += worker.value.reads;
            writes += worker.value.writes;
            torn += worker.value.torn;
        }
        const Record latest = shared_.latest();
        return reads + writes == operations && torn == 0 && latest.is_whole() && latest.words[0] == writes;
    }

private:
    struct Worker {
        WritePicks picks{};
        std::uint64_t reads = 0;
        std::uint64_t writes = 0;
        std::uint64_t torn = 0;
    };

    template <typename Read>
    void run_with(std::size_t worker, std::uint64_t operations, Read read) {
        attach_this_thread(shared_);
        Worker& mine = workers_[worker].value;
        std::uint64_t writes = 0;
        std::uint64_t torn = 0;
        for (std::uint64_t i = 0; i < operations; ++i) {
            if (mine.picks.next()) {
                shared_.write(worker);
                ++writes;
            } else if (!read().is_whole()) {
                ++torn;
            }
        }
        mine.reads += operations - writes;
        mine.writes += writes;
        mine.torn += torn;
    }

    // What a reader does inside its section, from when `inside` is known. The words are read after it: a copy that was given away
    // meanwhile would show.
    [[nodiscard]] auto during(latchmark::Chain& section) const {
        return [&section, steps = section_steps_](std::uint64_t inside) {
            section.follow(inside);
            section.run(steps);
        };
    }

    Shared shared_;
    std::uint64_t section_steps_;
    latchmark::Slots<latchmark::Isolated<Worker>> workers_;
};

}  // namespace benchmarks::contention
