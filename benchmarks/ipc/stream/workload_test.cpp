// Every message of a stream arrives once, in order and whole; one that is spoilt, lost, doubled or swapped is noticed.
#include "benchmarks/ipc/stream/workload.hpp"

#include <gtest/gtest.h>

#include "benchmarks/primitives/channels/channels.hpp"
#include "harness/tests/workload_trial.hpp"

namespace benchmarks::ipc {
namespace {

latchmark::Setting setting_of(double payload_bytes) { return {.workers = 2, .parameters = {{"payload", payload_bytes}}}; }

template <typename Transport>
class StreamTest : public testing::Test {};
using Transports = testing::Types<PipeChannel, SpinningPipeChannel, UnixStreamChannel, UnixSeqpacketChannel, UnixDatagramChannel,
                                  TcpChannel, MessageQueueChannel, UringStreamChannel, VmsplicedPipeChannel, RemoteReadChannel,
                                  HandedOverMemfdChannel, EventFdRing, FutexRing, SpinningRing>;
TYPED_TEST_SUITE(StreamTest, Transports);

TYPED_TEST(StreamTest, CountsAndChecksEveryMessage) {
    if (const auto why = lacks_channel<TypeParam>()) GTEST_SKIP() << *why;
    for (const auto& [payload, messages] : {std::pair{8.0, 3000U}, {4096.0, 100U}, {1048576.0, 8U}}) {
        const auto trial = latchmark::trial_of<Stream<TypeParam>>(setting_of(payload), messages);
        EXPECT_TRUE(trial.finds_all && trial.misses_one && trial.finds_one_too_many) << payload;
    }
}

TYPED_TEST(StreamTest, GoesOnWhereTheLastBatchEnded) {
    if (const auto why = lacks_channel<TypeParam>()) GTEST_SKIP() << *why;
    const auto trial =
        latchmark::trial_of<Stream<TypeParam>>(setting_of(64), 300, [](auto& workload, std::size_t worker, auto count) {
            for (int batch = 0; batch < 3; ++batch) workload.run(worker, count / 3);
        });
    EXPECT_TRUE(trial.finds_all);
}

TEST(Streams, TakeAReceiverAndASender) {
    for (const std::size_t workers : {1U, 3U})
        EXPECT_THROW(Stream<PipeChannel>({.workers = workers, .parameters = {{"payload", 64}}}), std::invalid_argument);
}

TEST(Streams, SayHowOftenAMessageIsCopied) {
    const Stream<VmsplicedPipeChannel> spliced(setting_of(64));
    EXPECT_EQ(std::get<double>(spliced.quantities().at(0)), 1);
}

void flip_a_bit(Words message, std::uint64_t number) {
    if (number == 7) message.front() ^= std::uint64_t{1} << 63U;
}
void leave_one_out(Words message, std::uint64_t number) {
    if (number >= 7) write_message(message, number + 1);
}
void double_one(Words message, std::uint64_t number) {
    if (number >= 7) write_message(message, number - 1);
}
void swap_two(Words message, std::uint64_t number) {
    if (number == 7) write_message(message, 8);
    if (number == 8) write_message(message, 7);
}
void tear(Words message, std::uint64_t number) {
    if (number == 7) write_message(message.last(message.size() / 2), 6);
}

// Replaces what is sent.
template <void (&Spoil)(Words, std::uint64_t number)>
class Spoils : public FutexRing {
public:
    using FutexRing::SharedRing;
    void send(std::size_t end) {
        Spoil(outgoing(end), number_++);
        FutexRing::send(end);
    }

private:
    std::uint64_t number_ = 0;
};

template <typename Transport>
bool is_noticed() {
    return !latchmark::trial_of<Stream<Transport>>(setting_of(4096), 100).finds_all;
}

TEST(StreamSabotage, AFlippedBitIsNoticed) { EXPECT_TRUE(is_noticed<Spoils<flip_a_bit>>()); }
TEST(StreamSabotage, ALostMessageIsNoticed) { EXPECT_TRUE(is_noticed<Spoils<leave_one_out>>()); }
TEST(StreamSabotage, ADoubledMessageIsNoticed) { EXPECT_TRUE(is_noticed<Spoils<double_one>>()); }
TEST(StreamSabotage, SwappedMessagesAreNoticed) { EXPECT_TRUE(is_noticed<Spoils<swap_two>>()); }
TEST(StreamSabotage, AMessageOfTwoHalvesIsNoticed) { EXPECT_TRUE(is_noticed<Spoils<tear>>()); }

}  // namespace
}  // namespace benchmarks::ipc
