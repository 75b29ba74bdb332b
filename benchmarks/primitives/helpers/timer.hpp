// A timer of the kernel behind a descriptor: the nearest thing to an answer from another machine that comes when it is due.
#pragma once
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>

#include "benchmarks/primitives/processes/descriptor.hpp"

namespace benchmarks {

// High-resolution timers of descriptors have no slack: no setting of a thread lengthens them.
class Timer {
public:
    // `flags` as of timerfd_create().
    explicit Timer(int flags = 0)
        : descriptor_(checked(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | flags), "timerfd_create")) {}

    void expire_once_in(std::uint64_t duration_ns) const { set(0, {.it_interval = {}, .it_value = timespec_of(duration_ns)}); }

    // First at a time of the common clock, then again after each interval.
    void expire_from(std::uint64_t first_ns, std::uint64_t interval_ns) const {
        set(TFD_TIMER_ABSTIME, {.it_interval = timespec_of(interval_ns), .it_value = timespec_of(first_ns)});
    }
    void stop() const { set(0, {}); }

    // Expirations since the last call. Waits for one unless the timer is non-blocking: then 0 says that there was none.
    [[nodiscard]] std::uint64_t expirations() const {
        std::uint64_t expirations = 0;
        while (::read(descriptor_.get(), &expirations, sizeof expirations) < 0) {
            if (errno == EAGAIN) return 0;
            if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "read of a timer");
        }
        return expirations;
    }
    [[nodiscard]] int descriptor() const { return descriptor_.get(); }

private:
    [[nodiscard]] static timespec timespec_of(std::uint64_t duration_ns) {
        constexpr std::uint64_t kSecond = 1'000'000'000;
        return {.tv_sec = static_cast<time_t>(duration_ns / kSecond), .tv_nsec = static_cast<long>(duration_ns % kSecond)};
    }
    void set(int flags, const itimerspec& when) const {
        checked(::timerfd_settime(descriptor_.get(), flags, &when, nullptr), "timerfd_settime");
    }

    Descriptor descriptor_;
};

}  // namespace benchmarks
