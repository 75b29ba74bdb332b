// What it takes here to be put to sleep and woken: how long it pays to stay awake for.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <thread>

#include "benchmarks/primitives/helpers/seat.hpp"
#include "benchmarks/primitives/waits/futex_signal.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Nanoseconds of one hand-over to a sleeper on another core: half a round trip between the caller and a helper, both sleeping.
// The median of many, since one of them may meet an interrupt. Judgement: a few milliseconds for all.
[[nodiscard]] inline double measured_wake_ns(const latchmark::Setting& setting) {
    constexpr std::size_t kRoundTrips = 101;
    const latchmark::Setting threads;
    FutexSignal there(threads);
    FutexSignal back(threads);
    std::exception_ptr pinning_failed;
    std::thread partner([&] {
        try {
            Seat(setting.seats, 0).give_to_process(0);
        } catch (...) {
            pinning_failed = std::current_exception();  // it still answers, or the caller would wait for ever
        }
        for (std::uint32_t number = 1; number <= kRoundTrips; ++number) {
            there.wait(number);
            back.set(number);
        }
    });
    std::array<std::uint64_t, kRoundTrips> round_trips_ns{};
    for (std::uint32_t number = 1; number <= kRoundTrips; ++number) {
        const std::uint64_t begin_ns = latchmark::now_ns();
        there.set(number);
        back.wait(number);
        round_trips_ns[number - 1] = latchmark::now_ns() - begin_ns;
    }
    partner.join();
    if (pinning_failed) std::rethrow_exception(pinning_failed);
    const auto median = round_trips_ns.begin() + kRoundTrips / 2;
    std::nth_element(round_trips_ns.begin(), median, round_trips_ns.end());
    return static_cast<double>(*median) / 2;
}

// The same, measured once a process, by whoever asks first: a launch builds its workload after it has been pinned.
[[nodiscard]] inline double wake_ns(const latchmark::Setting& setting) {
    static const double once = measured_wake_ns(setting);
    return once;
}

}  // namespace benchmarks
