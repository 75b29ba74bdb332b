// Where the threads and processes sit that a workload makes itself.
#pragma once
#include <cstddef>
#include <pthread.h>
#include <sched.h>
#include <sys/types.h>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "benchmarks/primitives/processes/descriptor.hpp"

namespace benchmarks {

// The CPUs of helper number `helper`: one. The first seat is worker 0's, so it is taken last: a helper left there would take
// turns with who waits for it. Without seats the set is empty, and everybody stays where they were born.
class Seat {
public:
    Seat(const std::vector<unsigned>& seats, std::size_t helper) {
        if (seats.empty()) return;
        const unsigned cpu = seats[(helper + 1) % seats.size()];
        cpus_.resize(cpu / CPU_SETSIZE + 1);  // one holds 1024 CPUs
        CPU_ZERO_S(bytes(), cpus_.data());
        CPU_SET_S(cpu, bytes(), cpus_.data());
    }

    void give_to(pthread_t thread) const {
        if (!cpus_.empty()) throw_unless_zero(::pthread_setaffinity_np(thread, bytes(), cpus_.data()), "pthread_setaffinity_np");
    }

    // A process with one thread, or the calling thread: 0.
    void give_to_process(pid_t process) const {
        if (!cpus_.empty()) checked(::sched_setaffinity(process, bytes(), cpus_.data()), "sched_setaffinity");
    }

private:
    [[nodiscard]] std::size_t bytes() const { return cpus_.size() * sizeof(cpu_set_t); }

    std::vector<cpu_set_t> cpus_{};
};

// Begins a thread on its seat. From the maker and not in the thread: a failure is then an exception of whoever asked.
template <typename Body>
void add_thread(std::vector<std::thread>& threads, const Seat& seat, Body body) {
    try {
        threads.emplace_back(std::move(body));
    } catch (const std::system_error& problem) {
        throw std::system_error(problem.code(), "pthread_create");  // which std::thread does not say
    }
    seat.give_to(threads.back().native_handle());
}

}  // namespace benchmarks
