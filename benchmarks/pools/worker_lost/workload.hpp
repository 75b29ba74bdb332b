// A pool of processes, one of which is killed in the middle of a task.
#pragma once
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "benchmarks/primitives/helpers/seat.hpp"
#include "benchmarks/primitives/pools/desks.hpp"
#include "benchmarks/primitives/processes/child.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "benchmarks/primitives/processes/shared_object.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks::pools {

// Whether the one that takes a lost executor's place is made then, or waits already.
enum class Replacement { forked, spare };

// How the pool learns of a loss: the kernel tells it through a descriptor of the process, or it asks every millisecond.
enum class Detection { pidfd, polling };

// The worker is the pool: it hands out tasks, waits for news of its executors, which are children of its own, and replaces those
// that are lost. An operation is one loss: two tasks go out, the executor of the first is killed when it is halfway, another
// one takes its place and does the task again, and both results come back.
template <Replacement kReplacement, Detection kDetection, auto kDoTask = do_task>
class WorkerLost {
public:
    static constexpr std::array<latchmark::Quantity, 3> kQuantities{
        {{"noticed_after", "ns", "lower", "from the kill until the pool knows of it, on average"},
         {"begun_again_after", "ns", "lower", "from the kill until another executor has begun the lost task, on average"},
         {"possibly_twice", "1", "none",
          "tasks for each loss that had begun and were done again: what they had done was done twice"}}};

    explicit WorkerLost(const latchmark::Setting& setting)
        : steps_(setting.chain_steps(kTaskNs)), news_(checked(::eventfd(0, EFD_CLOEXEC), "eventfd")) {
        for (std::size_t process = 0; process <= kExecutors; ++process) seats_.emplace_back(setting.seats, process);
    }

    void run(std::size_t worker, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) lose_one(worker);
    }
    void run(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        for (std::uint64_t i = 0; i < operations; ++i) recorder.record(lose_one(worker));
    }

    // Every task was finished once, and none was begun more often than the pool has told.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        return wrong_ == 0 && losses_ == operations && submitted_ == 2 * operations &&
               desks_->finished.load(std::memory_order_relaxed) == submitted_ &&
               desks_->begun.load(std::memory_order_relaxed) == submitted_ + begun_twice_;
    }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const {
        if (losses_ == 0) {
            const latchmark::Unavailable nothing{"no executor was lost"};
            return {nothing, nothing, nothing};
        }
        const auto a_loss = [this](std::uint64_t sum) { return static_cast<double>(sum) / static_cast<double>(losses_); };
        return {a_loss(noticed_after_ns_), a_loss(begun_again_after_ns_), a_loss(begun_twice_)};
    }

private:
    static constexpr std::size_t kExecutors = Desks::kExecutors;
    static constexpr double kTaskNs = 20'000;     // judgement: long enough to have a middle, short beside a fork
    static constexpr int kPollingPeriodMs = 1;    // poll() knows no shorter one
    static constexpr std::size_t kVictim = 0;     // always the same seat: two seats would be two latencies in turns
    static constexpr std::size_t kBystander = 1;  // is not touched and does its task meanwhile

    struct Executor {
        Child child;
        Descriptor pidfd;
    };

    // From the kill until the result of the lost task is there.
    std::uint64_t lose_one(std::size_t worker) {
        if (worker != 0) throw std::invalid_argument("a pool has one worker, its executors are children");
        if (executors_.empty()) start();
        assign(kVictim, submitted_++, true);
        assign(kBystander, submitted_++, false);
        wait_for(kVictim, kDeskStopped);  // earlier it could still be working: another end, and another latency
        const std::uint64_t killed_ns = latchmark::now_ns();
        executors_[kVictim].child.kill();
        wait_for_loss();
        noticed_after_ns_ += latchmark::now_ns() - killed_ns;
        clear_up();
        wait_for(kVictim, kDeskDone);
        const std::uint64_t latency_ns = latchmark::now_ns() - killed_ns;
        begun_again_after_ns_ += desk(kVictim).begun_ns - killed_ns;
        wait_for(kBystander, kDeskDone);
        for (const std::size_t place : {kVictim, kBystander}) collect(place);
        ++losses_;
        make_spare();
        return latency_ns;
    }

    // By the worker and not by the launch: children end with the thread that made them.
    void start() {
        for (std::size_t place = 0; place < kExecutors; ++place) executors_.push_back(made_for(place));
        make_spare();
    }

    void make_spare() {
        if constexpr (kReplacement == Replacement::spare)
            spare_ = made([this] { wait_for_desk(*desks_, news_, kDoTask); }, kExecutors);
    }

    [[nodiscard]] Executor made_for(std::size_t place) {
        return made([this, place] { sit_at(*desks_, place, news_, kDoTask); }, place);
    }

    // The descriptor is asked for by the parent, before anybody waits for the child: its number cannot be another's yet.
    template <typename Body>
    [[nodiscard]] Executor made(Body body, std::size_t seat) {
        Executor executor{Child(body), Descriptor()};
        seats_[seat].give_to_process(executor.child.pid());
        if constexpr (kDetection == Detection::pidfd)
            executor.pidfd =
                Descriptor(static_cast<int>(checked(::syscall(SYS_pidfd_open, executor.child.pid(), 0), "pidfd_open")));
        return executor;
    }

    [[nodiscard]] Desk& desk(std::size_t place) const { return desks_->of_executor[place]; }

    void assign(std::size_t place, std::uint64_t number, bool is_fatal) {
        desk(place).number = number;
        desk(place).steps = steps_;
        hand_over(place, is_fatal);
    }

    void hand_over(std::size_t place, bool is_fatal) {
        desk(place).is_fatal = is_fatal;
        desk(place).state.store(kDeskAssigned, std::memory_order_release);  // the task before the state
        futex_wake(desk(place).state, 1);
    }

    // Acquire: what an executor left at its desk before it changed the state.
    [[nodiscard]] std::uint32_t state_of(std::size_t place) const { return desk(place).state.load(std::memory_order_acquire); }

    void wait_for(std::size_t place, std::uint32_t state) {
        while (state_of(place) != state)
            if (!heard_of(place)) throw std::runtime_error("an executor ended by itself");
    }

    void wait_for_loss() {
        while (heard_of(kVictim)) {
        }
    }

    // Waits for news of any executor, or for a period where losses must be asked for. False: this one is no more.
    [[nodiscard]] bool heard_of(std::size_t place) {
        const bool is_told = kDetection == Detection::pidfd;
        std::array<pollfd, 2> sources{{{.fd = news_.get(), .events = POLLIN, .revents = 0},
                                       {.fd = executors_[place].pidfd.get(), .events = POLLIN, .revents = 0}}};
        const int found = ::poll(sources.data(), is_told ? 2 : 1, is_told ? -1 : kPollingPeriodMs);
        checked(found < 0 && errno == EINTR ? 0 : found, "poll");
        if ((sources[0].revents & POLLIN) != 0) {
            eventfd_t events = 0;
            checked(::eventfd_read(news_.get(), &events), "read of an eventfd");
        }
        if (is_told) return sources[1].revents == 0;
        // Left as it is, for clear_up() to wait for.
        siginfo_t ended{};
        const auto pid = static_cast<id_t>(executors_[place].child.pid());
        checked(::waitid(P_PID, pid, &ended, WEXITED | WNOHANG | WNOWAIT), "waitid");
        return ended.si_pid == 0;
    }

    // Another executor for the desk of a lost one, and its task again, unless that was finished.
    void clear_up() {
        executors_[kVictim].child.wait();
        if constexpr (kReplacement == Replacement::forked) {
            executors_[kVictim] = made_for(kVictim);
        } else {
            executors_[kVictim] = std::move(spare_);
            seats_[kVictim].give_to_process(executors_[kVictim].child.pid());
            desks_->free_desk.store(kVictim + 1, std::memory_order_relaxed);  // a number
            futex_wake(desks_->free_desk, 1);
        }
        if (state_of(kVictim) == kDeskDone) return;
        if (state_of(kVictim) != kDeskAssigned) ++begun_twice_;
        hand_over(kVictim, false);
    }

    void collect(std::size_t place) {
        if (desk(place).result != mark_of(desk(place).number)) ++wrong_;
        desk(place).result = 0;
        desk(place).state.store(kDeskFree, std::memory_order_relaxed);  // nothing is handed over
    }

    std::uint64_t steps_;
    Descriptor news_;
    SharedObject<Desks> desks_{};
    std::vector<Seat> seats_{};
    std::vector<Executor> executors_{};
    Executor spare_{};
    std::uint64_t losses_ = 0;
    std::uint64_t submitted_ = 0;
    std::uint64_t begun_twice_ = 0;
    std::uint64_t wrong_ = 0;
    std::uint64_t noticed_after_ns_ = 0;
    std::uint64_t begun_again_after_ns_ = 0;
};

// Why there is no such pool here, if so: it loses one to find out.
template <typename Pool>
[[nodiscard]] std::optional<std::string> lacks_pool() {
    try {
        Pool(latchmark::Setting{}).run(0, 1);
        return std::nullopt;
    } catch (const std::exception& problem) {
        return problem.what();
    }
}

}  // namespace benchmarks::pools
