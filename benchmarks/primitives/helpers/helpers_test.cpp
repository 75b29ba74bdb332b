// Helpers do what they are given, sit where they are told, and say when they cannot.
#include <gtest/gtest.h>
#include <sched.h>

#include "benchmarks/primitives/helpers/helper_pool.hpp"
#include "benchmarks/primitives/helpers/median.hpp"
#include "benchmarks/primitives/helpers/timer.hpp"

namespace benchmarks {
namespace {

std::vector<unsigned> allowed_cpus() {
    cpu_set_t set;
    std::vector<unsigned> cpus;
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    return cpus;
}

TEST(HelperPoolTest, DoesAllThatWasSubmittedBeforeItEnds) {
    std::vector<int> done(500);
    {
        HelperPool pool(3, {});
        for (int& each : done) pool.submit([&each] { ++each; });
    }
    EXPECT_EQ(done, std::vector<int>(500, 1));
}

TEST(HelperPoolTest, SaysThatAHelperCannotSitThere) {
    constexpr unsigned kNoCpu = 65'000;
    EXPECT_THROW(HelperPool(2, {kNoCpu}), std::system_error);
}

// The first seat is the worker's: helpers take it last.
TEST(HelperPoolTest, HelpersSitOnTheSeatsBehindTheFirst) {
    const auto seats = allowed_cpus();
    if (seats.empty()) GTEST_SKIP() << "more CPUs than a set holds";
    int cpu = -1;
    {
        HelperPool pool(1, seats);
        pool.submit([&] { cpu = ::sched_getcpu(); });
    }
    EXPECT_EQ(cpu, static_cast<int>(seats[1 % seats.size()]));
}

TEST(MedianTest, IsTheMiddleOne) {
    latchmark::LatencyRecorder recorder;
    EXPECT_TRUE(std::holds_alternative<latchmark::Unavailable>(median_of(recorder)));
    for (const std::uint64_t value : {10U, 20U, 20'000U}) recorder.record(value);
    EXPECT_EQ(std::get<double>(median_of(recorder)), 20.0);
    for (int i = 0; i < 3; ++i) recorder.record(20'000);
    EXPECT_NEAR(std::get<double>(median_of(recorder)), 20'000, 20'000 * 0.008);
}

TEST(TimerTest, CountsWhatHasExpiredAndNothingAfterItWasStopped) {
    const Timer timer(TFD_NONBLOCK);
    EXPECT_EQ(timer.expirations(), 0U);
    timer.expire_from(1, 1'000'000'000'000);  // long ago: due at once, and again much later or, at most, now
    EXPECT_GE(timer.expirations(), 1U);
    timer.expire_once_in(3'600'000'000'000);
    timer.stop();
    EXPECT_EQ(timer.expirations(), 0U);
}

}  // namespace
}  // namespace benchmarks
