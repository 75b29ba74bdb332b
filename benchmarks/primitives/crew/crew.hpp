// Threads that a workload makes itself, beside the workers of the team: pinned, watched, and gone with the workload.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fcntl.h>
#include <functional>
#include <optional>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "benchmarks/primitives/helpers/seat.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// The cores that helpers sit on: those that worker 0 does not use, if the machine has any.
[[nodiscard]] inline std::vector<unsigned> seats_of_helpers(const latchmark::Setting& setting) {
    const auto& seats = setting.seats;
    return seats.size() < 2 ? seats : std::vector<unsigned>(seats.begin() + 1, seats.end());
}

// Whether a thread of this process sleeps in the kernel. One that has said "I am about to wait" and sleeps is in that wait: its
// own word alone comes before the sleep, and a wake-up that meets it awake wakes nobody.
[[nodiscard]] inline bool is_asleep(pid_t thread) {
    const std::string path = "/proc/self/task/" + std::to_string(thread) + "/stat";
    const Descriptor file(checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path.c_str()));
    std::array<char, 64> text{};  // the state comes third, after the number and a name of at most 15 characters
    const ssize_t size = checked(::read(file.get(), text.data(), text.size()), path.c_str());
    const std::string_view stat(text.data(), static_cast<std::size_t>(size));
    const std::size_t name_end = stat.rfind(')');  // the name itself may hold blanks and brackets
    return name_end + 2 < stat.size() && stat[name_end + 2] == 'S';
}

// Begins `size` threads, each of which runs `body(index)` once. Whoever owns the crew makes the bodies end before it goes, also
// when the constructor throws: `stop` is what it takes.
class Crew {
public:
    Crew(const latchmark::Setting& setting, std::size_t size, std::function<void(std::size_t index)> body,
         std::function<void()> stop)
        : shares_cpu_(setting.seats.size() < 2), body_(std::move(body)), stop_(std::move(stop)), members_(size) {
        try {
            const auto seats = seats_of_helpers(setting);
            for (std::size_t index = 0; index < size; ++index) {
                threads_.emplace_back([this, index] { serve(index); });
                Seat(seats, index).give_to(threads_.back().native_handle());
            }
            for (auto& member : members_) await("a helper thread to begin", [&] { return member.id.load() != 0; });
        } catch (...) {
            end();
            throw;
        }
    }
    ~Crew() { end(); }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    [[nodiscard]] std::size_t size() const { return members_.size(); }
    [[nodiscard]] pid_t id(std::size_t index) const { return members_[index].id.load(); }
    [[nodiscard]] bool is_asleep(std::size_t index) const { return benchmarks::is_asleep(id(index)); }

    // Looks again until `is_true()`. Throws when a member has failed, and when nothing has come of it for so long that a wake-up
    // must have been lost.
    template <typename Condition>
    void await(const char* what, Condition is_true) const {
        if (is_true()) return;
        const std::uint64_t begin_ns = latchmark::now_ns();
        do {
            throw_if_failed();
            const std::uint64_t waited_ns = latchmark::now_ns() - begin_ns;
            if (waited_ns > patience_ns_) throw std::runtime_error(std::string("waited in vain for ") + what);
            if (shares_cpu_ || waited_ns > kPatientSpinNs) ::sched_yield();
        } while (!is_true());
    }

    // Ten seconds outlast any scheduler's unfairness (judgement), and end before the launch's own limit does. A test that loses
    // a wake-up on purpose has less patience.
    void set_patience(std::chrono::nanoseconds patience) { patience_ns_ = static_cast<std::uint64_t>(patience.count()); }

private:
    // Who yields hands the CPU to whatever else runs on it, for a slice of the scheduler. Members that have another CPU need none
    // of that, as long as nothing goes wrong: longer than most waits here (judgement).
    static constexpr std::uint64_t kPatientSpinNs = 1'000'000;

    struct Member {
        std::atomic<pid_t> id{0};
    };

    void serve(std::size_t index) noexcept {
        try {
            members_[index].id.store(::gettid());
            body_(index);
        } catch (const std::exception& problem) {
            if (!has_problem_.exchange(true)) {
                problem_ = problem.what();
                is_problem_told_.store(true);
            }
        }
    }

    void throw_if_failed() const {
        if (is_problem_told_.load()) throw std::runtime_error("helper thread: " + problem_);
    }

    void end() {
        stop_();
        for (auto& thread : threads_) thread.join();
    }

    bool shares_cpu_;  // or may: nobody has a seat
    std::function<void(std::size_t)> body_;
    std::function<void()> stop_;
    std::vector<Member> members_;
    std::vector<std::thread> threads_;
    std::uint64_t patience_ns_ = 10'000'000'000;
    std::string problem_{};
    std::atomic<bool> has_problem_{false};
    std::atomic<bool> is_problem_told_{false};
};

// Why this machine cannot hold a crew of `size` and see it sleep, if so: found out by making one.
[[nodiscard]] inline std::optional<std::string> lacks_crew_of(std::size_t size) {
    std::atomic<bool> is_over{false};
    try {
        const Crew crew(
            {}, size, [&](std::size_t) { is_over.wait(false); },
            [&] {
                is_over.store(true);
                is_over.notify_all();
            });
        static_cast<void>(crew.is_asleep(0));
        return std::nullopt;
    } catch (const std::exception& problem) {
        return "cannot make and watch " + std::to_string(size) + " helper threads: " + problem.what();
    }
}

}  // namespace benchmarks
