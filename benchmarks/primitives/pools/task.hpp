// What goes to a pool and comes back, and what every way to hand it over offers: one submitter, some executors.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include "latchmark/base/setting.hpp"

namespace benchmarks {

struct Task {
    std::uint64_t number = 0;
    std::uint64_t intended_ns = 0;  // when it should have been submitted; 0: nobody asks how long it takes
};

struct Done {
    std::uint64_t number = 0;
    std::uint64_t intended_ns = 0;
    std::uint64_t done_ns = 0;  // by the executor's clock, the same for all of a machine; 0: nobody asked
    std::uint64_t result = 0;
};

// Two pages of pipe hold whole records only when records divide a page.
static_assert(sizeof(Task) == 16 && sizeof(Done) == 32);

// Follows from the number and never repeats: a result of another task, or of none, does not fit.
[[nodiscard]] constexpr std::uint64_t mark_of(std::uint64_t number) { return ~(number * 0x9E3779B97F4A7C15U); }

// Built before the worker processes are, in memory that they share. The submitter never has more than most_outstanding() tasks
// submitted and not collected, so submit() and finish() always find room.
template <typename C>
concept HandsOver = std::constructible_from<C, const latchmark::Setting&> &&
    requires(C channel, const C& known, const Task& task, const Done& done, Done& found, std::size_t executor) {
    { known.most_outstanding() } -> std::same_as<std::size_t>;
    { channel.submit(task) } -> std::same_as<void>;
    { channel.take(executor) } -> std::same_as<Task>;  // waits for one
    { channel.finish(executor, done) } -> std::same_as<void>;
    { channel.collect() } -> std::same_as<Done>;  // waits for one
    { channel.try_collect(found) } -> std::same_as<bool>;
};

// A pool that runs tasks by itself: it is told what to do with them, and executors of the team only offer their CPUs.
template <typename C>
concept RunsByItself = std::constructible_from<C, const latchmark::Setting&> &&
    requires(C channel, const C& known, const Task& task, Done& found, std::size_t executor) {
    { known.most_outstanding() } -> std::same_as<std::size_t>;
    {
        channel.submit(task, [](std::size_t, const Task&) { return Done{}; })
        } -> std::same_as<void>;
    { channel.offer(executor) } -> std::same_as<void>;
    { channel.wait_until_idle() } -> std::same_as<void>;
    { channel.collect() } -> std::same_as<Done>;
    { channel.try_collect(found) } -> std::same_as<bool>;
};

// Why tasks cannot be handed over like this here, if so: it is tried.
template <typename C>
[[nodiscard]] std::optional<std::string> lacks_tasks() {
    try {
        const C channel(latchmark::Setting{.workers = 2});
        return std::nullopt;
    } catch (const std::exception& problem) {
        return problem.what();
    }
}

}  // namespace benchmarks
