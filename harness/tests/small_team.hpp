// Workers of a test: threads, or children that share memory with it.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <sched.h>
#include <span>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <type_traits>
#include <unistd.h>
#include <vector>

#include "latchmark/experiment.hpp"

namespace latchmark {

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
inline int exit_status_of(pid_t child) {
    int status = 0;
    if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status);
}

// Where the workers of a team wait for one another, in memory that they share. All zero bytes are a new one.
class Meeting {
public:
    void wait_for(std::uint32_t workers) {
        // acq_rel, acquire: what a worker did before is seen by all others after
        const std::uint32_t mine = arrived_.fetch_add(1, std::memory_order_acq_rel);
        const std::uint32_t complete = (mine / workers + 1) * workers;
        while (arrived_.load(std::memory_order_acquire) < complete) ::sched_yield();
    }

private:
    std::atomic<std::uint32_t> arrived_;
};

// What `work(worker, meet)` gives for each worker; `meet()` waits for the others. Throws when a process did not end well.
template <typename Work>
[[nodiscard]] auto results_of(Team team, std::uint32_t workers, Work work) {
    const auto nobody = [] {};
    using Result = std::invoke_result_t<Work, std::uint32_t, decltype(nobody)>;
    SharedWithChildren<Result> results(workers);
    SharedWithChildren<Meeting> meeting(1);
    const auto run = [&](std::uint32_t worker) {
        ::sched_yield();  // the first call in a process is bound by writing to a page: not in somebody's window
        results[worker] = work(worker, [&] { meeting[0].wait_for(workers); });
    };
    if (team == Team::threads) {
        std::vector<std::jthread> threads;
        for (std::uint32_t worker = 0; worker < workers; ++worker) threads.emplace_back([&, worker] { run(worker); });
    } else {
        std::vector<pid_t> children;
        for (std::uint32_t worker = 0; worker < workers; ++worker)
            children.push_back(fork_to([&] {
                run(worker);
                return 0;
            }));
        for (const pid_t child : children)
            if (const int status = exit_status_of(child); status != 0)
                throw std::runtime_error("a worker process ended with " + std::to_string(status));
    }
    return std::vector<Result>(results.all().begin(), results.all().end());
}

}  // namespace latchmark
