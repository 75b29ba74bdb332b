// Every transport carries messages of every size whole, in order, both ways, between threads and between processes, or says why
// it cannot be had.
#include "benchmarks/primitives/channels/channels.hpp"

#include <array>
#include <cstddef>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <memory_resource>
#include <optional>
#include <set>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <thread>
#include <vector>

#include "benchmarks/primitives/channels/channel.hpp"
#include "benchmarks/primitives/channels/message.hpp"
#include "benchmarks/primitives/processes/child.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/clock.hpp"

namespace benchmarks {
namespace {

// Zeroed memory that is shared with whatever is forked later.
class SharedMemory {
public:
    SharedMemory()
        : mapping_(::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
        if (mapping_ == MAP_FAILED) throw_failed("mmap");
    }
    SharedMemory(const SharedMemory&) = delete;
    SharedMemory& operator=(const SharedMemory&) = delete;
    ~SharedMemory() { ::munmap(mapping_, kBytes); }

    [[nodiscard]] std::pmr::memory_resource* resource() { return &resource_; }
    template <typename T, typename... Arguments>
    [[nodiscard]] T* make(Arguments&&... arguments) {
        return new (resource_.allocate(sizeof(T), alignof(T))) T(std::forward<Arguments>(arguments)...);
    }

private:
    static constexpr std::size_t kBytes = std::size_t{64} << 20U;
    void* mapping_;
    std::pmr::monotonic_buffer_resource resource_{mapping_, kBytes, std::pmr::null_memory_resource()};
};

// Whether what the end got was right. Both ways by turns, then many from end 1 only: more than any transport holds at once.
template <typename C>
bool is_right(C& channel, std::size_t end, std::uint64_t turns, std::uint64_t one_way) {
    bool is_right = true;
    const auto send = [&](std::uint64_t number) {
        write_message(channel.outgoing(end), number);
        channel.send(end);
    };
    const auto receive = [&](std::uint64_t number) {
        is_right = is_message(channel.receive(end), number) && is_right;
        channel.release(end);
    };
    for (std::uint64_t turn = 0; turn < turns; ++turn) {
        if (end == 0) send(2 * turn);
        receive(end == 0 ? 2 * turn + 1 : 2 * turn);
        if (end == 1) send(2 * turn + 1);
    }
    for (std::uint64_t number = 0; number < one_way; ++number) end == 1 ? send(number) : receive(number);
    return is_right;
}

template <typename C>
bool carries_between_threads(std::size_t message_bytes, std::uint64_t turns, std::uint64_t one_way) {
    C channel({.workers = 2}, message_bytes);
    bool other = false;
    std::thread end_1([&] { other = is_right(channel, 1, turns, one_way); });
    const bool self = is_right(channel, 0, turns, one_way);
    end_1.join();
    return self && other;
}

template <typename C>
bool carries_between_processes(std::size_t message_bytes, std::uint64_t turns, std::uint64_t one_way) {
    SharedMemory memory;
    const latchmark::Setting setting{.workers = 2, .team = latchmark::Team::processes, .memory = memory.resource()};
    C* const channel = memory.make<C>(setting, message_bytes);
    bool is_right_at_both = true;
    {
        const auto be = [&](std::size_t end) { ::_exit(is_right(*channel, end, turns, one_way) ? 0 : 1); };
        Child end_1([&] { be(1); });
        Child end_0([&] { be(0); });
        is_right_at_both = end_0.wait() == 0;
        if (!is_right_at_both) end_1.kill();
        is_right_at_both = end_1.wait() == 0 && is_right_at_both;
    }
    channel->~C();
    return is_right_at_both;
}

template <typename C>
class ChannelTest : public testing::Test {
protected:
    void SetUp() override {
        if (const auto why = lacks_channel<C>()) GTEST_SKIP() << *why;
    }
};
using Channels = testing::Types<PipeChannel, SpinningPipeChannel, UnixStreamChannel, UnixSeqpacketChannel, UnixDatagramChannel,
                                TcpChannel, MessageQueueChannel, UringStreamChannel, VmsplicedPipeChannel, RemoteReadChannel,
                                HandedOverMemfdChannel, EventFdRing, FutexRing, SpinningRing>;
TYPED_TEST_SUITE(ChannelTest, Channels);

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;

TYPED_TEST(ChannelTest, CarriesMessagesOfOneWord) { EXPECT_TRUE((carries_between_threads<TypeParam>(8, 20, 3000))); }

TYPED_TEST(ChannelTest, CarriesMessagesOfAPage) { EXPECT_TRUE((carries_between_threads<TypeParam>(4096, 10, 200))); }

TYPED_TEST(ChannelTest, CarriesMessagesLargerThanAnythingBetween) {
    EXPECT_TRUE((carries_between_threads<TypeParam>(kMebibyte, 1, 4)));
}

TYPED_TEST(ChannelTest, CarriesMessagesThatFillNoWholeLinePageOrPiece) {
    for (const std::size_t bytes : {72U, 5000U, 70'008U})
        EXPECT_TRUE((carries_between_threads<TypeParam>(bytes, 3, 40))) << bytes;
}

TYPED_TEST(ChannelTest, CarriesMessagesBetweenProcesses) {
    EXPECT_TRUE((carries_between_processes<TypeParam>(64, 20, 3000)));
    EXPECT_TRUE((carries_between_processes<TypeParam>(kMebibyte, 1, 3)));
}

TYPED_TEST(ChannelTest, TakesWholeWordsOnly) {
    for (const std::size_t bytes : {0U, 4U, 12U}) EXPECT_THROW(TypeParam({.workers = 2}, bytes), std::invalid_argument) << bytes;
}

TYPED_TEST(ChannelTest, IsMissedWithAReasonWhereDescriptorsHaveRunOut) {
    constexpr bool kNeedsNone = std::is_same_v<TypeParam, FutexRing> || std::is_same_v<TypeParam, SpinningRing> ||
                                std::is_same_v<TypeParam, RemoteReadChannel>;
    Child poor([] {
        const rlimit none{3, 3};
        ::setrlimit(RLIMIT_NOFILE, &none);
        const auto why = lacks_channel<TypeParam>();
        const bool is_as_expected = kNeedsNone ? !why : why && why->find(": Too many open files") != std::string::npos;
        ::_exit(is_as_expected ? 0 : 1);
    });
    EXPECT_EQ(poor.wait(), 0);
}

TEST(Channels, AreMissedWithAReasonWhereMessageQueuesAreForbidden) {
    Child poor([] {
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_MSGQUEUE, &none);
        const auto why = lacks_channel<MessageQueueChannel>();
        ::_exit(why && why->starts_with("mq_open: ") ? 0 : 1);
    });
    EXPECT_EQ(poor.wait(), 0);
}

constexpr int kImpossible = 77;  // says a child that cannot try

// What it ended with, or that it was killed: which must not look like 0.
[[nodiscard]] int exit_code_of(Child& child) {
    const int status = child.wait();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Channels, AreMissedWithAReasonWhereNoProcessMayBeMade) {
    Child poor([] {
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_NPROC, &none);
        constexpr uid_t kNobody = 65534;
        if (::getuid() == 0 && ::setuid(kNobody) != 0) ::_exit(kImpossible);  // root may make as many as it likes
        const auto why = lacks_channel<RemoteReadChannel>();
        ::_exit(why && why->starts_with("fork: ") ? 0 : 1);
    });
    const int status = exit_code_of(poor);
    if (status == kImpossible) GTEST_SKIP() << "nobody else to become here";
    EXPECT_EQ(status, 0);
}

// Whether a channel is missed with this reason in a process that may not make this system call.
template <typename C>
int missed_without(unsigned call, const std::string& reason) {
    Child filtered([&] {
        std::array<sock_filter, 4> filter{
            {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
             BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}};
        const sock_fprog program{filter.size(), filter.data()};
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) ::_exit(kImpossible);
        ::_exit(lacks_channel<C>() == reason ? 0 : 1);
    });
    return exit_code_of(filtered);
}

TEST(Channels, AreMissedWithAReasonWhereTheirSystemCallIsForbidden) {
    const int status = missed_without<UringStreamChannel>(SYS_io_uring_setup, "io_uring_setup: Operation not permitted");
    if (status == kImpossible) GTEST_SKIP() << "no system call can be forbidden here";
    EXPECT_EQ(status, 0);
    EXPECT_EQ(missed_without<RemoteReadChannel>(SYS_process_vm_readv, "process_vm_readv: Operation not permitted"), 0);
    EXPECT_EQ(missed_without<VmsplicedPipeChannel>(SYS_vmsplice, "vmsplice: Operation not permitted"), 0);
    EXPECT_EQ(missed_without<HandedOverMemfdChannel>(SYS_memfd_create, "memfd_create: Operation not permitted"), 0);
    EXPECT_EQ(missed_without<TcpChannel>(SYS_connect, "connect to 127.0.0.1: Operation not permitted"), 0);
}

TEST(Channels, LeaveNoMessageQueueBehind) {
    if (const auto why = lacks_channel<MessageQueueChannel>()) GTEST_SKIP() << *why;
    const MessageQueueChannel channel({.workers = 2}, 64);
    const std::string name = "/latchmark-" + std::to_string(::getuid());
    // Another process may be making one just then: its name is there for a moment, one that was left for ever.
    bool is_gone = false;
    for (int look = 0; look < 100 && !is_gone; ++look) is_gone = Descriptor(::mq_open(name.c_str(), O_RDONLY)).get() < 0;
    EXPECT_TRUE(is_gone);
}

TEST(Messages, AreNoticedWhenAnyWordIsAnother) {
    for (std::size_t words = 1; words <= 9; ++words) {
        std::vector<std::uint64_t> message(words);
        write_message(message, 5);
        EXPECT_TRUE(is_message(message, 5));
        EXPECT_FALSE(is_message(message, 4) || is_message(message, 6));
        for (auto& word : message) {
            word ^= std::uint64_t{1} << (words % 64);
            EXPECT_FALSE(is_message(message, 5)) << words;
            word ^= std::uint64_t{1} << (words % 64);
        }
    }
}

TEST(Messages, HaveAWordOfItsOwnAtEachOffset) {
    std::set<std::uint64_t> seen;
    for (std::uint64_t number = 0; number < 100; ++number) {
        std::vector<std::uint64_t> message(100);
        write_message(message, number);
        seen.insert(message.begin(), message.end());
    }
    EXPECT_EQ(seen.size(), 100U * 100U);
}

template <typename Count>
class CountTest : public testing::Test {};
using Counts = testing::Types<SpinningCount, FutexCount, EventFdCount>;
TYPED_TEST_SUITE(CountTest, Counts);

// Ended by force where it does not end by itself: a lost wake-up must fail the test and not stop it.
bool ends_by_itself(Child& child) {
    const std::uint64_t give_up_ns = latchmark::now_ns() + 10'000'000'000U;
    while (latchmark::now_ns() < give_up_ns) {
        siginfo_t info{};
        if (::waitid(P_PID, static_cast<id_t>(child.pid()), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0)
            return child.wait() == 0;
        std::this_thread::yield();
    }
    return false;
}

TYPED_TEST(CountTest, WakesWhoWaitsForItInAnotherProcess) {
    SharedMemory memory;
    const latchmark::Setting setting{.team = latchmark::Team::processes};
    auto* const there = memory.make<TypeParam>(setting);
    auto* const back = memory.make<TypeParam>(setting);
    constexpr std::uint64_t kTurns = 50;  // each costs a slice of the scheduler where two that spin share a CPU
    Child other([&] {
        for (std::uint64_t turn = 1; turn <= kTurns; ++turn) {
            there->wait_until(turn);
            back->raise();
        }
    });
    Child self([&] {
        for (std::uint64_t turn = 1; turn <= kTurns; ++turn) {
            there->raise();
            back->wait_until(turn);
        }
    });
    EXPECT_TRUE(ends_by_itself(other) && ends_by_itself(self));
}

TYPED_TEST(CountTest, DoesNotWaitForWhatHasHappened) {
    TypeParam count(latchmark::Setting{});
    for (int i = 0; i < 5; ++i) count.raise();
    EXPECT_EQ(count.raised(), 5U);
    count.wait_until(3);
    count.wait_until(5);
}

}  // namespace
}  // namespace benchmarks
