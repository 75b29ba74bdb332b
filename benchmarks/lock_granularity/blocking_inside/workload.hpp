// A guarded count with slow work beside it, done inside or outside the critical section.
#pragma once
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <fcntl.h>
#include <mutex>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::lock_granularity {

// Waiting for something that takes its time: a request to a disk or to another machine.
class Sleep {
public:
    explicit Sleep(const latchmark::Setting& setting)
        : slack_ns_(static_cast<long>(setting.parameter("timer_slack_ns"))), workers_(setting.workers, setting.memory) {}

    void operator()(std::size_t worker) {
        if (!has_slack()) return;  // then this sleep is missing in the count
        timespec left{.tv_sec = 0, .tv_nsec = kSleepNs};
        int error = EINTR;
        while (error == EINTR) error = ::clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left);  // a signal must not shorten it
        if (error == 0) ++workers_[worker].value;
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        for (const auto& worker : workers_) operations -= worker.value;
        return operations == 0;
    }

private:
    static constexpr long kSleepNs = 50'000;  // about a read from a fast disk (judgement)

    // The slack belongs to the thread, so each thread has to set it for itself. The default of 50 us would double the sleep.
    [[nodiscard]] bool has_slack() const {
        static thread_local long current_ns = 0;
        if (current_ns != slack_ns_ && ::prctl(PR_SET_TIMERSLACK, slack_ns_) == 0) current_ns = ::prctl(PR_GET_TIMERSLACK);
        return current_ns == slack_ns_;
    }

    long slack_ns_;
    latchmark::Slots<latchmark::Isolated<std::uint64_t>> workers_;
};

// Writing 4 KiB to a file of the worker's own that lives in memory: the least that a line of a log costs. One file for all would
// add the kernel's lock of that file to what is measured.
class Write {
public:
    explicit Write(const latchmark::Setting& setting) : workers_(setting.workers, setting.memory) {
        for (auto& worker : workers_) {
            worker.file = ::memfd_create("latchmark", MFD_CLOEXEC);
            if (worker.file < 0) {
                const int error = errno;
                close_files();
                throw std::system_error(error, std::generic_category(), "memfd_create");
            }
        }
    }
    ~Write() { close_files(); }
    Write(const Write&) = delete;
    Write& operator=(const Write&) = delete;

    void operator()(std::size_t worker) {
        Own& own = workers_[worker];
        own.block.front() = own.block.back() = own.bytes;  // its place in the stream, at both ends: a short write shows
        const ssize_t written = ::pwrite(own.file, own.block.data(), kBlockBytes, 0);  // at 0, or the file would grow for ever
        if (written > 0) own.bytes += static_cast<std::uint64_t>(written);
    }

    // All bytes were written, and the last block of each worker is what its file holds.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t bytes = 0;
        for (const Own& own : workers_) {
            bytes += own.bytes;
            Block found{};
            if (own.bytes > 0 && (::pread(own.file, found.data(), kBlockBytes, 0) != kBlockBytes || found != own.block))
                return false;
        }
        return bytes == operations * kBlockBytes;
    }

private:
    static constexpr ssize_t kBlockBytes = 4096;
    using Block = std::array<std::uint64_t, kBlockBytes / sizeof(std::uint64_t)>;

    struct alignas(latchmark::kIsolationSize) Own {
        Block block{};
        std::uint64_t bytes = 0;
        int file = -1;
    };

    void close_files() {
        for (const Own& own : workers_) {
            if (own.file >= 0) ::close(own.file);
        }
    }

    latchmark::Slots<Own> workers_;
};

enum class Where { outside, inside };

template <typename SlowWork, Where kWhere>
class BlockingInside {
public:
    explicit BlockingInside(const latchmark::Setting& setting) : slow_work_(setting), guarded_(1, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            if constexpr (kWhere == Where::outside) slow_work_(worker);
            const std::lock_guard lock(guarded_[0].mutex);
            count(worker);
        }
    }

    // How long a worker waited for the lock.
    void run(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            if constexpr (kWhere == Where::outside) slow_work_(worker);
            const std::uint64_t asked_ns = latchmark::now_ns();
            const std::lock_guard lock(guarded_[0].mutex);
            recorder.record(latchmark::now_ns() - asked_ns);
            count(worker);
        }
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        return guarded_[0].count == operations && slow_work_.verify(operations);
    }

private:
    struct Guarded {
        std::mutex mutex;
        std::uint64_t count = 0;
    };

    void count(std::size_t worker) {  // with the lock held
        if constexpr (kWhere == Where::inside) slow_work_(worker);
        ++guarded_[0].count;
    }

    SlowWork slow_work_;
    latchmark::Slots<Guarded> guarded_;
};

}  // namespace benchmarks::lock_granularity
