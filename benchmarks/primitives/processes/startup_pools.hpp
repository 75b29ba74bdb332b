// Pools of workers that are started with a first task for each at hand: of threads, of forked processes, of programs.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <spawn.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "benchmarks/primitives/helpers/seat.hpp"
#include "benchmarks/primitives/pools/task.hpp"
#include "benchmarks/primitives/processes/child.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "benchmarks/primitives/processes/shared_object.hpp"
#include "benchmarks/primitives/waits/futex.hpp"

namespace benchmarks {

inline constexpr std::size_t kLargestPool = 64;

// What a worker makes of its first task. Never 0, and another one for each task: an answer that is missing, stale or of another
// task does not fit.
[[nodiscard]] constexpr std::uint64_t answer_to(std::uint64_t task) { return mark_of(task) | 1U; }

// Tasks and answers of a pool in memory that all its workers see.
struct FirstTasks {
    std::array<std::uint64_t, kLargestPool> tasks{};  // written before the workers are made
    std::array<std::atomic<std::uint64_t>, kLargestPool> answers{};
    FutexWord missing{0};
    FutexWord is_over{0};

    void prepare(std::size_t workers, std::uint64_t first_task) {
        for (std::size_t worker = 0; worker < workers; ++worker) tasks[worker] = first_task + worker;
        for (auto& answer : answers) answer.store(0, std::memory_order_relaxed);  // nobody else is there yet
        is_over.store(0, std::memory_order_relaxed);
        missing.store(static_cast<std::uint32_t>(workers), std::memory_order_relaxed);
    }

    // The life of a worker: its first task, and then waiting for more until the pool ends.
    void serve(std::size_t worker, FutexScope scope) {
        answers[worker].store(answer_to(tasks[worker]), std::memory_order_relaxed);
        // release: the answer comes before the count that announces it; acquire: the last one hands on what the others did
        if (missing.fetch_sub(1, std::memory_order_acq_rel) == 1) futex_wake_all(missing, scope);
        while (is_over.load(std::memory_order_acquire) == 0) futex_wait(is_over, 0, scope);
    }

    void await(FutexScope scope) {
        std::uint32_t now = 0;
        while ((now = missing.load(std::memory_order_acquire)) != 0) futex_wait(missing, now, scope);
    }

    void end(FutexScope scope) {
        is_over.store(1, std::memory_order_release);
        futex_wake_all(is_over, scope);
    }

    [[nodiscard]] std::size_t right_answers(std::size_t workers) const {
        std::size_t right = 0;
        for (std::size_t worker = 0; worker < workers; ++worker)
            right += answers[worker].load(std::memory_order_relaxed) == answer_to(tasks[worker]) ? 1U : 0U;
        return right;
    }
};

// Each pool: the constructor starts the workers, await() returns when each has done its first task, right_answers() says how many
// did it well, pids() names the processes it has beside this one, and the destructor ends and waits for all.

class PoolOfThreads {
public:
    PoolOfThreads(std::size_t workers, std::uint64_t first_task, const std::vector<unsigned>& seats) {
        tasks_.prepare(workers, first_task);
        threads_.reserve(workers);
        try {
            for (std::size_t worker = 0; worker < workers; ++worker)
                add_thread(threads_, Seat(seats, worker), [this, worker] { tasks_.serve(worker, FutexScope::threads_only); });
        } catch (...) {
            end();
            throw;
        }
    }
    ~PoolOfThreads() { end(); }
    PoolOfThreads(const PoolOfThreads&) = delete;
    PoolOfThreads& operator=(const PoolOfThreads&) = delete;

    void await() { tasks_.await(FutexScope::threads_only); }
    [[nodiscard]] std::size_t right_answers() const { return tasks_.right_answers(threads_.size()); }
    [[nodiscard]] static std::vector<pid_t> pids() { return {}; }

private:
    void end() {
        tasks_.end(FutexScope::threads_only);
        for (auto& thread : threads_) thread.join();
    }

    FirstTasks tasks_;
    std::vector<std::thread> threads_;
};

class PoolOfProcesses {
public:
    PoolOfProcesses(std::size_t workers, std::uint64_t first_task, const std::vector<unsigned>& seats) {
        tasks_->prepare(workers, first_task);
        children_.reserve(workers);
        for (std::size_t worker = 0; worker < workers; ++worker) {
            children_.emplace_back([this, worker] { tasks_->serve(worker, FutexScope::shared); });
            Seat(seats, worker).give_to_process(children_.back().pid());
        }
    }
    ~PoolOfProcesses() {
        tasks_->end(FutexScope::shared);
        for (auto& child : children_) static_cast<void>(child.wait());
    }
    PoolOfProcesses(const PoolOfProcesses&) = delete;
    PoolOfProcesses& operator=(const PoolOfProcesses&) = delete;

    void await() { tasks_->await(FutexScope::shared); }
    [[nodiscard]] std::size_t right_answers() const { return tasks_->right_answers(children_.size()); }
    [[nodiscard]] std::vector<pid_t> pids() const {
        std::vector<pid_t> pids;
        for (const auto& child : children_) pids.push_back(child.pid());
        return pids;
    }

private:
    SharedObject<FirstTasks> tasks_;
    std::vector<Child> children_;
};

// The smallest program that answers: it writes what it reads. Null: none.
[[nodiscard]] inline const char* echoing_program() {
    for (const char* path : {"/bin/cat", "/usr/bin/cat"}) {
        if (::access(path, X_OK) == 0) return path;
    }
    return nullptr;
}

[[nodiscard]] inline std::optional<std::string> lacks_echoing_program() {
    if (echoing_program() != nullptr) return std::nullopt;
    return "there is neither /bin/cat nor /usr/bin/cat to execute";
}

// One worker that is a program of its own, at the other end of a socket. It ends when that is closed, by whatever closes it: the
// end of this process does too, and no other child inherits it.
class EchoingProgram {
public:
    explicit EchoingProgram(const char* path) {
        std::array<int, 2> ends{};
        checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
        socket_ = Descriptor(ends[0]);
        const Descriptor its_end(ends[1]);
        posix_spawn_file_actions_t actions;
        throw_unless_zero(::posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
        int error = 0;
        // Errors too: one that is killed with its parent would complain of the lost connection on the parent's terminal.
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            if (error == 0) error = ::posix_spawn_file_actions_adddup2(&actions, its_end.get(), stream);
        std::string name(path);
        const std::array<char*, 2> arguments{name.data(), nullptr};
        const std::array<char*, 1> environment{nullptr};
        if (error == 0) error = ::posix_spawn(&pid_, path, &actions, nullptr, arguments.data(), environment.data());
        ::posix_spawn_file_actions_destroy(&actions);
        throw_unless_zero(error, "posix_spawn");
    }
    EchoingProgram(EchoingProgram&& other) noexcept : socket_(std::move(other.socket_)), pid_(std::exchange(other.pid_, 0)) {}
    EchoingProgram& operator=(EchoingProgram&&) = delete;
    EchoingProgram(const EchoingProgram&) = delete;
    EchoingProgram& operator=(const EchoingProgram&) = delete;
    ~EchoingProgram() {
        socket_.close();
        while (pid_ > 0 && ::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }

    void ask(std::uint64_t task) const {
        // MSG_NOSIGNAL: a worker that has died is an error of this call and not the end of this process
        checked(::send(socket_.get(), &task, sizeof task, MSG_NOSIGNAL), "send");
    }
    [[nodiscard]] std::uint64_t answer() const {
        std::uint64_t answer = 0;
        ssize_t size = -1;
        do {
            size = ::recv(socket_.get(), &answer, sizeof answer, MSG_WAITALL);
        } while (size < 0 && errno == EINTR);
        return checked(size, "recv") == sizeof answer ? answer : 0;
    }
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    Descriptor socket_;
    pid_t pid_ = 0;
};

class PoolOfPrograms {
public:
    PoolOfPrograms(std::size_t workers, std::uint64_t first_task, const std::vector<unsigned>& seats) : first_task_(first_task) {
        const char* path = echoing_program();
        if (path == nullptr) throw std::runtime_error(*lacks_echoing_program());
        programs_.reserve(workers);
        for (std::size_t worker = 0; worker < workers; ++worker) {
            programs_.emplace_back(path);
            Seat(seats, worker).give_to_process(programs_.back().pid());
            programs_.back().ask(answer_to(first_task + worker));
        }
    }

    void await() {
        for (std::size_t worker = 0; worker < programs_.size(); ++worker)
            right_answers_ += programs_[worker].answer() == answer_to(first_task_ + worker) ? 1U : 0U;
    }
    [[nodiscard]] std::size_t right_answers() const { return right_answers_; }
    [[nodiscard]] std::vector<pid_t> pids() const {
        std::vector<pid_t> pids;
        for (const auto& program : programs_) pids.push_back(program.pid());
        return pids;
    }

private:
    std::uint64_t first_task_;
    std::size_t right_answers_ = 0;
    std::vector<EchoingProgram> programs_;
};

}  // namespace benchmarks
