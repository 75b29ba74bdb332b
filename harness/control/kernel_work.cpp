// Calls, first touches and sleeps.
#include "harness/control/kernel_work.hpp"

#include <chrono>
#include <cstddef>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace latchmark::control {

namespace {

constexpr std::uint64_t kCalls = 1'000;
constexpr std::size_t kPages = 64;
constexpr std::uint64_t kSleeps = 10;
constexpr std::chrono::microseconds kSleep{100};

// Sanitizers look at memory of their own beside each store, which would be faults too.
__attribute__((no_sanitize("address", "thread", "undefined"))) void touch(volatile std::byte* page) { *page = std::byte{1}; }

std::uint64_t switches_of_this_thread() {
    rusage usage{};
    static_cast<void>(::getrusage(RUSAGE_THREAD, &usage));  // fails only for a bad address
    return static_cast<std::uint64_t>(usage.ru_nvcsw) + static_cast<std::uint64_t>(usage.ru_nivcsw);
}

}  // namespace

std::uint64_t SystemCalls::run(std::size_t /*worker*/, Stretch stretch) {
    const std::uint64_t calls = stretch == Stretch::idle ? 0 : kCalls;
    for (std::uint64_t i = 0; i < calls; ++i) static_cast<void>(::syscall(SYS_getppid));
    return calls;
}

void FreshPages::prepare(std::size_t /*worker*/, Stretch stretch) {
    pages_.emplace(kPages);
    if (stretch == Stretch::idle)
        for (std::size_t page = 0; page < kPages; ++page) touch((*pages_)[page]);
}

std::uint64_t FreshPages::run(std::size_t /*worker*/, Stretch stretch) {
    for (std::size_t page = 0; page < kPages; ++page) touch((*pages_)[page]);
    return stretch == Stretch::idle ? 0 : kPages;
}

std::uint64_t Sleeps::run(std::size_t /*worker*/, Stretch stretch) {
    const std::uint64_t before = switches_of_this_thread();
    for (std::uint64_t i = 0; i < (stretch == Stretch::idle ? 0 : kSleeps); ++i) std::this_thread::sleep_for(kSleep);
    const std::uint64_t switches = switches_of_this_thread() - before;
    return stretch == Stretch::stimulus && switches >= kSleeps ? switches : 0;
}

}  // namespace latchmark::control
