// How often one end has done something, told to the other end, which can wait until it was often enough: awake, or asleep.
#pragma once
#include <atomic>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

#include "benchmarks/primitives/channels/another_try.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "benchmarks/primitives/waits/futex.hpp"
#include "benchmarks/primitives/waits/signal.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Waits by looking again at once: a relax of 10 to 140 cycles would be measured instead of the message.
class SpinningCount {
public:
    explicit SpinningCount(const latchmark::Setting& /*setting*/) {}

    void raise() { count_.store(raised() + 1, std::memory_order_release); }  // what was done before the count that tells of it

    // By the end that raises, which alone writes it.
    [[nodiscard]] std::uint64_t raised() const { return count_.load(std::memory_order_relaxed); }

    void wait_until(std::uint64_t least) {
        while (seen_ < least) seen_ = count_.load(std::memory_order_acquire);  // pairs with raise()
    }

private:
    alignas(latchmark::kIsolationSize) std::atomic<std::uint64_t> count_{0};
    // The waiting end's own note: it looks again only when that is short.
    alignas(latchmark::kIsolationSize) std::uint64_t seen_ = 0;
};

// Sleeps in the kernel on the address of the word.
class FutexBed {
public:
    explicit FutexBed(const latchmark::Setting& setting) : scope_(scope_of(setting.team)) {}

    void sleep(FutexWord& word, std::uint32_t while_value) { futex_wait(word, while_value, scope_); }
    void wake(FutexWord& word) { futex_wake(word, 1, scope_); }

private:
    FutexScope scope_;
};

// Sleeps in read() of an eventfd. One is written for each sleeper that was seen, so none is left over.
class EventFdBed {
public:
    explicit EventFdBed(const latchmark::Setting& /*setting*/) : event_(checked(::eventfd(0, EFD_CLOEXEC), "eventfd")) {}

    void sleep(FutexWord& /*word*/, std::uint32_t /*while_value*/) {
        eventfd_t events = 0;
        while (::eventfd_read(event_.get(), &events) < 0) try_again_or_throw("read of an eventfd");
    }
    void wake(FutexWord& /*word*/) { checked(::eventfd_write(event_.get(), 1), "write to an eventfd"); }

private:
    Descriptor event_;
};

// Says in the word itself that it sleeps, so that raising costs a system call only then, and no wake-up can fall between looking
// and sleeping: either the count is seen, or the raising end sees the mark.
template <typename Bed>
class SleepingCount {
public:
    explicit SleepingCount(const latchmark::Setting& setting) : bed_(setting) {}

    void raise() {
        ++raised_;
        // release: what was done before the count that tells of it. The mark is taken away with the sleeper it stands for.
        if ((word_.exchange(word_of(raised_), std::memory_order_release) & kAsleep) != 0) bed_.wake(word_);
    }

    [[nodiscard]] std::uint64_t raised() const { return raised_; }

    void wait_until(std::uint64_t least) {
        while (seen_ < least) {
            std::uint32_t word = word_.load(std::memory_order_acquire);  // pairs with raise()
            if (const std::uint32_t news = (word - word_of(seen_)) >> 1U; news != 0) seen_ += news;
            // relaxed: the mark hands over nothing; where the count has risen meanwhile, the next look acquires it
            else if ((word & kAsleep) != 0 || word_.compare_exchange_strong(word, word | kAsleep, std::memory_order_relaxed))
                bed_.sleep(word_, word | kAsleep);
        }
    }

private:
    static constexpr std::uint32_t kAsleep = 1;
    // The lower 31 bits of the count: its distance from what was seen is never more than a ring is long.
    [[nodiscard]] static constexpr std::uint32_t word_of(std::uint64_t count) { return static_cast<std::uint32_t>(count << 1U); }

    alignas(latchmark::kIsolationSize) FutexWord word_{0};
    Bed bed_;  // never written, and beside the word, since whoever reads it wants the word as well
    alignas(latchmark::kIsolationSize) std::uint64_t raised_ = 0;  // the raising end's own
    alignas(latchmark::kIsolationSize) std::uint64_t seen_ = 0;    // the waiting end's own
};

using FutexCount = SleepingCount<FutexBed>;
using EventFdCount = SleepingCount<EventFdBed>;

}  // namespace benchmarks
