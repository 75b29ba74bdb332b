// An independent measurement of the way between two CPUs, which scripts/cross_check.py holds against ours: shares no code with
// it. Usage: independent_ping_pong CPU CPU. Prints the nanoseconds of one way: half a round trip, median over eight pages.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <pthread.h>
#include <sched.h>
#include <thread>

constexpr int kPages = 8;
constexpr int kRoundTrips = 20'000;  // some milliseconds, most of which no interrupt falls into
constexpr int kWarmUp = 5'000;

struct alignas(4096) Page {
    std::atomic<int> ball{-1};
};

bool pin(const char* cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(std::strtoul(cpu, nullptr, 10), &set);
    return pthread_setaffinity_np(pthread_self(), sizeof set, &set) == 0;
}

int main(int argc, char** argv) {
    if (argc != 3 || !pin(argv[1])) {
        return std::fprintf(stderr, "usage: independent_ping_pong CPU CPU, which must be allowed\n"), 2;
    }
    std::array<Page, kPages> pages;  // touched here: near the first CPU
    std::array<double, kPages> one_way_ns{};
    std::atomic<bool> is_pinned{true};
    std::thread partner([&] {
        is_pinned = pin(argv[2]);
        for (Page& page : pages)
            for (int trip = 0; trip < kWarmUp + kRoundTrips; ++trip) {
                while (page.ball.load(std::memory_order_acquire) != 2 * trip) {
                }
                page.ball.store(2 * trip + 1, std::memory_order_release);
            }
    });
    for (int i = 0; i < kPages; ++i) {
        std::chrono::steady_clock::time_point begin;
        auto& ball = pages[static_cast<std::size_t>(i)].ball;
        for (int trip = 0; trip < kWarmUp + kRoundTrips; ++trip) {
            if (trip == kWarmUp) begin = std::chrono::steady_clock::now();
            ball.store(2 * trip, std::memory_order_release);
            while (ball.load(std::memory_order_acquire) != 2 * trip + 1) {
            }
        }
        const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - begin;
        one_way_ns[static_cast<std::size_t>(i)] = elapsed.count() / kRoundTrips / 2;
    }
    partner.join();
    std::sort(one_way_ns.begin(), one_way_ns.end());
    std::printf("%.3f\n", (one_way_ns[kPages / 2 - 1] + one_way_ns[kPages / 2]) / 2);
    return is_pinned ? 0 : 1;
}
