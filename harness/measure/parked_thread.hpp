// A thread that sleeps for as long as this object lives, so that the process counts as threaded from its first moment.
#pragma once
#include <atomic>
#include <cstdint>
#include <thread>

namespace latchmark::measure {

// glibc leaves the atomic instruction out of mutexes, shared_ptr and stdio until a process has made a thread: without this
// one, a mutex would cost 3 ns in a one-worker launch and 17 ns in every other, and processes would beat threads by it.
class ParkedThread {
public:
    // Returns once the thread is parked. While it starts it may hold locks (AddressSanitizer's, of its threads and its memory),
    // which a process forked meanwhile would find held for good: its next new thread or block of memory would hang.
    ParkedThread() : thread_([this] { park(); }) {
        while (!is_parked()) state_.wait(kStarting, std::memory_order_acquire);
    }
    ~ParkedThread() {
        // relaxed: joining the thread orders everything else
        state_.store(kReleased, std::memory_order_relaxed);
        state_.notify_one();
        thread_.join();
    }
    ParkedThread(const ParkedThread&) = delete;
    ParkedThread& operator=(const ParkedThread&) = delete;

    // acquire: what the thread did before, above all letting go of locks, is done for whoever sees it parked
    [[nodiscard]] bool is_parked() const { return state_.load(std::memory_order_acquire) == kParked; }

private:
    static constexpr std::uint32_t kStarting = 0, kParked = 1, kReleased = 2;

    void park() {
        state_.store(kParked, std::memory_order_release);  // release: pairs with the acquire in is_parked()
        state_.notify_one();
        while (state_.load(std::memory_order_relaxed) == kParked) state_.wait(kParked, std::memory_order_relaxed);
    }

    std::atomic<std::uint32_t> state_{kStarting};  // 4 bytes: the only size that libstdc++ waits on directly
    std::thread thread_;
};

}  // namespace latchmark::measure
