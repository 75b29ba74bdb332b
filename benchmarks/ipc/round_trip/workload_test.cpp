// Every message of a round trip is checked at both ends: one that is spoilt, swapped or left out is noticed.
#include "benchmarks/ipc/round_trip/workload.hpp"

#include <gtest/gtest.h>

#include "benchmarks/primitives/channels/channels.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::ipc {
namespace {

latchmark::Setting setting_of(double payload_bytes) { return {.workers = 2, .parameters = {{"payload", payload_bytes}}}; }

template <typename Transport>
class RoundTripTest : public testing::Test {};
using Transports = testing::Types<PipeChannel, SpinningPipeChannel, UnixStreamChannel, UnixSeqpacketChannel, UnixDatagramChannel,
                                  TcpChannel, MessageQueueChannel, UringStreamChannel, VmsplicedPipeChannel, RemoteReadChannel,
                                  HandedOverMemfdChannel, EventFdRing, FutexRing, SpinningRing>;
TYPED_TEST_SUITE(RoundTripTest, Transports);

TYPED_TEST(RoundTripTest, CountsAndChecksEveryMessage) {
    if (const auto why = lacks_channel<TypeParam>()) GTEST_SKIP() << *why;
    for (const double payload : {8.0, 4096.0, 1048576.0}) {
        const auto trial = latchmark::trial_of<RoundTrip<TypeParam>>(setting_of(payload), 6);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << payload;
    }
}

TYPED_TEST(RoundTripTest, GoesOnWhereTheLastBatchEnded) {
    if (const auto why = lacks_channel<TypeParam>()) GTEST_SKIP() << *why;
    const auto trial =
        latchmark::trial_of<RoundTrip<TypeParam>>(setting_of(64), 30, [](auto& workload, std::size_t worker, auto count) {
            for (int batch = 0; batch < 3; ++batch) workload.run(worker, count / 3);
        });
    EXPECT_TRUE(trial.finds_all);
}

TEST(RoundTrips, TakeAClientAndAServer) {
    for (const std::size_t workers : {1U, 3U})
        EXPECT_THROW(RoundTrip<PipeChannel>({.workers = workers, .parameters = {{"payload", 64}}}), std::invalid_argument);
}

TEST(RoundTrips, SayHowOftenAMessageIsCopied) {
    const RoundTrip<PipeChannel> through_the_kernel(setting_of(64));
    EXPECT_EQ(std::get<double>(through_the_kernel.quantities().at(0)), 2);
    const RoundTrip<FutexRing> shared(setting_of(64));
    EXPECT_EQ(std::get<double>(shared.quantities().at(0)), 0);
}

TEST(RoundTrips, HaveAFloorThatDoesTheirWorkWithoutThem) {
    for (const double payload : {8.0, 65536.0}) {
        const auto trial = latchmark::trial_of<NoTransport>(setting_of(payload), 20);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << payload;
    }
}

TEST(RoundTrips, MayLeaveAMessageUntouchedButForItsEnds) {
    for (const double payload : {8.0, 65536.0}) {
        const auto trial = latchmark::trial_of<RoundTrip<FutexRing, Touched::ends>>(setting_of(payload), 20);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << payload;
    }
}

void flip_a_bit(Words message, std::uint64_t number) {
    if (number == 7) message.back() ^= 1;
}
void flip_the_first_bit(Words message, std::uint64_t number) {
    if (number == 7) message.front() ^= 1;
}
void send_the_next_one(Words message, std::uint64_t number) {
    if (number == 7) write_message(message, request_of(number + 1));
}
void swap_two(Words message, std::uint64_t number) {
    if (number == 7) write_message(message, request_of(8));
    if (number == 8) write_message(message, request_of(7));
}
void hand_back(Words message, std::uint64_t number) { write_message(message, request_of(number)); }

// Replaces what one end sends.
template <std::size_t Sender, void (&Spoil)(Words, std::uint64_t number)>
class Spoils : public PipeChannel {
public:
    using PipeChannel::KernelBuffer;
    void send(std::size_t end) {
        if (end == Sender) Spoil(outgoing(end), number_++);
        PipeChannel::send(end);
    }

private:
    std::uint64_t number_ = 0;
};

template <typename Transport, Touched Part = Touched::all>
bool is_noticed() {
    return !latchmark::trial_of<RoundTrip<Transport, Part>>(setting_of(4096), 20).finds_all;
}

TEST(RoundTripSabotage, AFlippedBitOfARequestIsNoticed) { EXPECT_TRUE((is_noticed<Spoils<0, flip_a_bit>>())); }
TEST(RoundTripSabotage, AFlippedBitOfAReplyIsNoticed) { EXPECT_TRUE((is_noticed<Spoils<1, flip_a_bit>>())); }
TEST(RoundTripSabotage, ALostRequestIsNoticed) { EXPECT_TRUE((is_noticed<Spoils<0, send_the_next_one>>())); }
TEST(RoundTripSabotage, SwappedRequestsAreNoticed) { EXPECT_TRUE((is_noticed<Spoils<0, swap_two>>())); }
TEST(RoundTripSabotage, ALostRequestIsNoticedByItsEnds) {
    EXPECT_TRUE((is_noticed<Spoils<0, send_the_next_one>, Touched::ends>()));
}
TEST(RoundTripSabotage, AFlippedBitAtEitherEndIsNoticedByIt) {
    EXPECT_TRUE((is_noticed<Spoils<0, flip_a_bit>, Touched::ends>()));
    EXPECT_TRUE((is_noticed<Spoils<1, flip_the_first_bit>, Touched::ends>()));
}
TEST(RoundTripSabotage, AServerThatHandsBackWhatItGotIsNoticed) { EXPECT_TRUE((is_noticed<Spoils<1, hand_back>>())); }

}  // namespace
}  // namespace benchmarks::ipc
