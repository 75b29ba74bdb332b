// The real kernel: exact counts of what every machine can count, in threads, in processes, and behind refusals.
#include <array>
#include <barrier>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "harness/counters/capability.hpp"
#include "harness/counters/reading.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/counters/worker_counters.hpp"
#include "latchmark/base/isolated.hpp"

namespace latchmark::counters {
namespace {

constexpr std::size_t kPages = 64;
constexpr std::size_t kWindows = 3;
constexpr double kFaultsOfAWorker = static_cast<double>(kPages * kWindows);

// ThreadSanitizer keeps a trace of what a thread does, AddressSanitizer its stack frames, on fresh pages of the same thread.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr double kForeignFaults = kPages / 2.0;
#elif defined(__has_feature)
constexpr double kForeignFaults = __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) ? kPages / 2.0 : 0.0;
#else
constexpr double kForeignFaults = 0;
#endif

// An emulator translates our code on fresh pages of the same thread; it is known by having no perf_event_open at all.
double foreign_faults() {
    const bool is_emulated = resolve({"task_clock"}).front().status == Status::no_pmu;
    return is_emulated ? kPages / 2.0 : kForeignFaults;
}

// Pages that the kernel has promised and not yet given. Mapping them is kept apart from touching them: a sanitizer maps shadow
// pages of its own.
class FreshPages {
public:
    FreshPages() : page_size_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
        void* memory = ::mmap(nullptr, kPages * page_size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw std::bad_alloc();
        bytes_ = static_cast<volatile char*>(memory);
        ::madvise(memory, size(), MADV_NOHUGEPAGE);  // one fault would bring several pages
    }
    ~FreshPages() { ::munmap(data(), size()); }
    FreshPages(const FreshPages&) = delete;
    FreshPages& operator=(const FreshPages&) = delete;

    // One page fault each, the first time.
    __attribute__((no_sanitize("thread", "address"))) void touch() {
        for (std::size_t page = 0; page < kPages; ++page) bytes_[page * page_size_] = 1;
    }

    [[nodiscard]] void* data() const { return const_cast<char*>(bytes_); }
    [[nodiscard]] std::size_t size() const { return kPages * page_size_; }

private:
    std::size_t page_size_;
    volatile char* bytes_ = nullptr;
};

// What a worker does, be it thread or process. Teams meet inside the window, so that all of them fault in everybody's window.
template <typename Meet>
void count_fresh_pages(const std::vector<ResolvedRole>& roles, WorkerCounts& counts, Meet meet) {
    WorkerCounters counters(roles);
    std::array<FreshPages, kWindows> inside, outside;
    for (std::size_t window = 0; window < inside.size(); ++window) {
        outside[window].touch();
        meet();
        counters.begin_window();
        meet();
        inside[window].touch();
        meet();
        counters.end_window();
    }
    counters.publish(counts);
}

void expect_fresh_pages(const std::vector<ResolvedRole>& roles, std::span<const WorkerCounts> team) {
    for (std::size_t index = 0; index < roles.size(); ++index) {
        std::vector<RoleCount> counts;
        for (const WorkerCounts& worker : team) counts.push_back(worker.roles[index]);
        const Reading reading = team_reading(roles[index], counts);
        double sum = 0;
        for (const auto& value : reading.per_worker) {
            ASSERT_TRUE(value.has_value()) << roles[index].source;
            EXPECT_GE(*value, kFaultsOfAWorker) << roles[index].source;
            EXPECT_LE(*value, kFaultsOfAWorker + foreign_faults()) << roles[index].source;
            sum += *value;
        }
        EXPECT_EQ(reading.value, sum) << roles[index].source;
    }
}

// Both tiers, where perf is permitted; otherwise the one that always answers.
std::vector<ResolvedRole> fault_roles() {
    std::vector<ResolvedRole> roles = resolve({"page_faults", "minor_faults"});
    ResolvedRole rusage = roles[0];
    rusage.tier = Tier::rusage;
    rusage.source = "getrusage";
    roles.push_back(rusage);
    return roles;
}

TEST(LiveCounters, CountEachThreadsOwnPageFaultsExactly) {
    const auto roles = fault_roles();
    for (const std::size_t workers : {1U, 2U, 4U}) {
        std::vector<WorkerCounts> team(workers);
        std::barrier meeting(static_cast<std::ptrdiff_t>(workers));
        {
            std::vector<std::jthread> threads;
            threads.reserve(workers);
            for (WorkerCounts& counts : team)
                threads.emplace_back([&] { count_fresh_pages(roles, counts, [&] { meeting.arrive_and_wait(); }); });
        }
        expect_fresh_pages(roles, team);
    }
}

TEST(LiveCounters, KeepTheKernelsShareApart) {
    const auto roles = resolve({"page_faults", "page_faults:kernel"});
    if (roles[1].status != Status::counted)
        GTEST_SKIP() << "the kernel's share cannot be counted here: " << name_of(roles[1].status);
    WorkerCounters counters(roles);
    FreshPages ours;
    const FreshPages the_kernels;
    const int zeros = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(zeros, 0);
    counters.begin_window();
    ours.touch();
    // The bare call: a sanitizer's would touch shadow pages.
    const long bytes = ::syscall(SYS_read, zeros, the_kernels.data(), the_kernels.size());
    counters.end_window();
    ::close(zeros);
    ASSERT_EQ(bytes, static_cast<long>(the_kernels.size()));
    WorkerCounts counts{};
    counters.publish(counts);
    EXPECT_GE(counts.roles[0].raw, kPages);
    EXPECT_LE(static_cast<double>(counts.roles[0].raw), static_cast<double>(kPages) + foreign_faults());
    EXPECT_EQ(counts.roles[1].raw, kPages);
}

// Memory that a forked child writes and its parent reads.
template <typename T>
class SharedWithChildren {
public:
    explicit SharedWithChildren(std::size_t size) : size_(size) {
        void* memory = ::mmap(nullptr, size * sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw std::bad_alloc();
        items_ = static_cast<T*>(memory);
    }
    ~SharedWithChildren() { ::munmap(items_, size_ * sizeof(T)); }
    SharedWithChildren(const SharedWithChildren&) = delete;
    SharedWithChildren& operator=(const SharedWithChildren&) = delete;
    [[nodiscard]] T& operator[](std::size_t index) { return items_[index]; }
    [[nodiscard]] std::span<const T> all() const { return {items_, size_}; }

private:
    T* items_ = nullptr;
    std::size_t size_;
};

// Runs the function in a child; its result is the exit status.
template <typename Function>
pid_t fork_to(Function function) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(function());
    return child;
}

// -1 when the child was killed.
int exit_status_of(pid_t child) {
    int status = 0;
    if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status);
}

TEST(LiveCounters, CountEachProcessesOwnPageFaultsExactly) {
    const auto roles = fault_roles();
    SharedWithChildren<WorkerCounts> team(3);
    std::vector<pid_t> children;
    for (std::size_t worker = 0; worker < 3; ++worker)
        children.push_back(fork_to([&] {
            count_fresh_pages(roles, team[worker], [] {});
            return 0;
        }));
    for (const pid_t child : children) EXPECT_EQ(exit_status_of(child), 0);
    expect_fresh_pages(roles, team.all());
}

TEST(LiveCounters, LeaveNoValueBehindAProcessThatDied) {
    const auto roles = fault_roles();
    SharedWithChildren<WorkerCounts> team(2);
    EXPECT_EQ(exit_status_of(fork_to([&] {
                  count_fresh_pages(roles, team[0], [] {});
                  return 0;
              })),
              0);
    EXPECT_EQ(exit_status_of(fork_to([&] {
                  WorkerCounters counters(roles);
                  counters.begin_window();
                  return 9;
              })),
              9);
    const std::array counts{team[0].roles[0], team[1].roles[0]};
    const Reading reading = team_reading(roles[0], counts);
    EXPECT_EQ(reading.value, std::nullopt);
    EXPECT_TRUE(reading.per_worker[0].has_value());
    EXPECT_EQ(reading.status, Status::read_failed);
}

TEST(LiveCounters, SeeAsManySwitchesAsGetrusage) {
    const auto roles = resolve({"context_switches", "voluntary_switches", "involuntary_switches"});
    if (roles[0].status != Status::counted)
        GTEST_SKIP() << "context switches cannot be counted here: " << name_of(roles[0].status);
    // Being preempted between the two readings is counted by one of them only; that cannot happen every time.
    bool are_equal = false;
    for (int attempt = 0; attempt < 10 && !are_equal; ++attempt) {
        WorkerCounters counters(roles);
        counters.begin_window();
        for (int sleep = 0; sleep < 10; ++sleep) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        counters.end_window();
        WorkerCounts counts{};
        counters.publish(counts);
        EXPECT_GE(counts.roles[1].raw, 10U);
        are_equal = counts.roles[0].raw == counts.roles[1].raw + counts.roles[2].raw;
    }
    EXPECT_TRUE(are_equal);
}

TEST(LiveCounters, CountTheThreadsCpuTimeAndTimeslices) {
    const auto roles = resolve({"task_clock", "timeslices", "run_queue_wait"});
    if (roles[1].status != Status::counted) GTEST_SKIP() << "no /proc/thread-self/schedstat: " << name_of(roles[1].status);
    WorkerCounters counters(roles);
    counters.begin_window();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    counters.end_window();
    WorkerCounts counts{};
    counters.publish(counts);
    if (roles[0].status == Status::counted) {
        EXPECT_GT(counts.roles[0].raw, 0U);
    }
    EXPECT_GE(counts.roles[1].raw, 1U);
    EXPECT_EQ(counts.roles[2].status, Status::counted);
}

TEST(LiveCounters, OfAnOrdinaryUserLackTheKernelsShareAndSayHow) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give it up";
    const auto paranoid = capability({}).perf_event_paranoid;
    if (!paranoid || *paranoid < 2) GTEST_SKIP() << "this kernel permits everything: perf_event_paranoid below 2";
    if (resolve({"context_switches"}).front().status != Status::counted)
        GTEST_SKIP() << "context switches cannot be counted here: not even by root";
    EXPECT_EQ(exit_status_of(fork_to([] {
                  if (::setresuid(65534, 65534, 65534) != 0) return 1;
                  const auto answers = capability({"context_switches", "cpu_migrations", "voluntary_switches"}).roles;
                  if (answers[0].status != Status::not_permitted || answers[1].status != Status::not_permitted) return 2;
                  if (answers[0].why->find("perf_event_paranoid") == std::string::npos) return 3;
                  return answers[2].status == Status::counted ? 0 : 4;
              })),
              0);
}

// What a container's seccomp profile does; returns whether it is in force.
bool refuse_perf_event_open(std::uint32_t error) {
    std::array filter{
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(SYS_perf_event_open), 0, 1),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(LiveCounters, SurviveARefusedSystemCall) {
    struct Row {
        int error;
        Status status;
    };
    for (const Row row : {Row{EPERM, Status::not_permitted}, Row{ENOSYS, Status::no_pmu}}) {
        const int exit_status = exit_status_of(fork_to([row] {
            if (!refuse_perf_event_open(static_cast<std::uint32_t>(row.error))) return 77;
            for (const RoleAnswer& role : capability({"task_clock", "context_switches"}).roles)
                if (role.status != row.status || !role.why) return 1;
            const auto roles = resolve({"cycles", "page_faults", "voluntary_switches"});
            if (roles[0].status == Status::counted) return 2;
            WorkerCounts counts{};
            WorkerCounters counters(roles);
            FreshPages pages;
            counters.begin_window();
            pages.touch();
            counters.end_window();
            counters.publish(counts);
            if (roles[1].tier != Tier::rusage || counts.roles[1].raw < kPages) return 3;
            return counts.roles[2].status == Status::counted ? 0 : 4;
        }));
        if (exit_status == 77) GTEST_SKIP() << "this environment has no seccomp filters";
        EXPECT_EQ(exit_status, 0) << row.error;
    }
}

}  // namespace
}  // namespace latchmark::counters
