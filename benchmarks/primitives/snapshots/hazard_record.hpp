// Copy on write with hazard pointers: a reader announces the copy that it reads, and writers take only copies that nobody reads.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory_resource>
#include <mutex>

#include "benchmarks/primitives/snapshots/record.hpp"
#include "latchmark/base/isolated.hpp"

namespace benchmarks {

template <typename Words = RecordWords>
class alignas(latchmark::kIsolationSize) HazardRecord {
public:
    HazardRecord(std::size_t workers, std::pmr::memory_resource* memory)
        : copies_(workers + kCopiesOfWriters, memory), announced_(workers, memory), current_(&copies_[0].value) {}

    template <typename During>
    [[nodiscard]] Record read(std::size_t worker, During during) {
        const Words* copy = announce_current(worker, current_.load(std::memory_order_relaxed));
        during(copy->first());
        const Record seen = copy->read();
        // release: the words have been read before the copy is given back
        announced_[worker].value.store(nullptr, std::memory_order_release);
        return seen;
    }

    void write(std::size_t /*worker*/) {
        const std::lock_guard lock(writers_.value.mutex);
        const Words* latest = current_.load(std::memory_order_relaxed);  // the mutex orders writers
        Words& fresh = unused_copy(latest);
        fresh.write(latest->read().next());
        current_.store(&fresh, std::memory_order_seq_cst);  // release for the words; seq_cst as above
    }

    // When the team has ended.
    [[nodiscard]] Record latest() const { return current_.load(std::memory_order_relaxed)->read(); }

protected:
    // Announces what may be current, and goes on with what is until it has announced that.
    [[nodiscard]] const Words* announce_current(std::size_t worker, const Words* guess) {
        for (;;) {
            // seq_cst, both here and in the writer: either the writer sees the announcement, or this second look sees that the
            // copy is no longer current. Store and load may pass each other in any weaker order, and both would miss.
            announced_[worker].value.store(guess, std::memory_order_seq_cst);
            const Words* now = current_.load(std::memory_order_seq_cst);
            if (now == guess) return now;
            guess = now;
        }
    }

private:
    // One copy is current, and one is what a writer needs. The workers announce one each at most: there is always one left.
    static constexpr std::size_t kCopiesOfWriters = 2;

    // In turn, so that the copy which readers have just left is the last to be written again.
    Words& unused_copy(const Words* latest) {
        std::size_t& last_taken = writers_.value.last_taken;
        for (;;) {
            last_taken = (last_taken + 1) % copies_.size();
            Words& copy = copies_[last_taken].value;
            if (&copy != latest && !is_announced(copy)) return copy;
        }
    }

    // A copy that is announced later is announced by a reader that looks again, and finds it current or leaves it.
    [[nodiscard]] bool is_announced(const Words& copy) const {
        return std::any_of(announced_.begin(), announced_.end(), [&](const auto& announcement) {
            return announcement.value.load(std::memory_order_seq_cst) == &copy;  // acquire for the reads that are over
        });
    }

    struct Writers {
        std::mutex mutex{};
        std::size_t last_taken = 0;
    };

    latchmark::Slots<latchmark::Isolated<Words>> copies_;
    latchmark::Slots<latchmark::Isolated<std::atomic<const Words*>>> announced_;
    std::atomic<const Words*> current_;
    latchmark::Isolated<Writers> writers_{};  // apart from the pointer, which a waiting writer must not take from the readers
};

}  // namespace benchmarks
