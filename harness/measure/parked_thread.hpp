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
    ParkedThread()
        : thread_([this] {
              while (parked_.load(std::memory_order_relaxed) != 0) parked_.wait(1, std::memory_order_relaxed);
          }) {}
    ~ParkedThread() {
        // relaxed: joining the thread orders everything else
        parked_.store(0, std::memory_order_relaxed);
        parked_.notify_one();
        thread_.join();
    }
    ParkedThread(const ParkedThread&) = delete;
    ParkedThread& operator=(const ParkedThread&) = delete;

private:
    std::atomic<std::uint32_t> parked_{1};  // 4 bytes: the only size that libstdc++ waits on directly
    std::thread thread_;
};

}  // namespace latchmark::measure
