// The hand-over and the same without a partner.
#include "harness/control/hand_over.hpp"

#include "latchmark/base/clock.hpp"

namespace latchmark::control {

namespace {

constexpr std::uint64_t kTimes = 100'000;  // of both workers: 10 to 50 ms
// Two virtual CPUs that never run together would wait for each other forever. The fewest are what a count can be told from
// noise by.
constexpr std::uint64_t kLongestNs = 300'000'000;
constexpr std::uint64_t kFewest = 1'000;

}  // namespace

void HandOver::prepare(std::size_t worker, Stretch /*stretch*/) {
    // relaxed: the workers meet before they run
    if (worker == 0) common_.turn.value.store(0, std::memory_order_relaxed);
    own_[worker].turn.value.store(0, std::memory_order_relaxed);
}

std::uint64_t HandOver::run(std::size_t worker, Stretch stretch) {
    if (stretch == Stretch::idle) {
        static_cast<void>(hand(own_[worker], 0, 2, kTimes / 2));
        return 0;
    }
    const std::uint64_t handed = hand(common_, worker, 1, kTimes / 2);
    return handed < kFewest / 2 ? 0 : handed;
}

// Waits until the number is its own, adds `step`, which makes it the partner's, and so on.
std::uint64_t HandOver::hand(Lines& lines, std::uint64_t remainder, std::uint64_t step, std::uint64_t times) {
    constexpr unsigned kLooks = 1'000;
    const std::uint64_t deadline_ns = now_ns() + kLongestNs;
    for (std::uint64_t done = 0; done < times; ++done) {
        std::uint64_t turn = 0;
        // No spin-wait hint: it would keep the core from reading ahead, and with it from being wrong about that. acquire and
        // release: a hand-over as locks make it.
        for (unsigned looks = 0; (turn = lines.turn.value.load(std::memory_order_acquire)) % 2 != remainder; ++looks)
            if (looks % kLooks == kLooks - 1 && now_ns() > deadline_ns) return done;
        lines.written_at_once.value.fetch_add(1, std::memory_order_relaxed);
        lines.turn.value.store(turn + step, std::memory_order_release);
    }
    return times;
}

}  // namespace latchmark::control
