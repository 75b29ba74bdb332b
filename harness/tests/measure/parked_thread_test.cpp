// The parked thread: nothing of its start is left to do when it is there.
#include "harness/measure/parked_thread.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include "harness/machine/pinning.hpp"

namespace latchmark::measure {
namespace {

// On the CPU of its maker, so that it does not start by itself before the maker waits for it.
TEST(ParkedThread, IsBehindItsStartBeforeAnybodyCanFork) {
    const auto cpu = static_cast<unsigned>(::sched_getcpu());
    ASSERT_EQ(machine::pin_this_thread(cpu), std::nullopt);
    constexpr int kTimes = 200;  // a maker may lose its CPU just then
    for (int time = 0; time < kTimes; ++time) {
        const ParkedThread parked;
        ASSERT_TRUE(parked.is_parked());
    }
}

}  // namespace
}  // namespace latchmark::measure
