// What it costs to make a thread, a process, a program, and how that depends on who makes it.
#include <functional>
#include <optional>
#include <string>

#include "benchmarks/catalogue.hpp"
#include "benchmarks/pools/creation/workload.hpp"

namespace {

using benchmarks::pools::Creation;

constexpr double kMiB = 1 << 20;
constexpr double kMostResident = 1024 * kMiB;
// Page tables, the children's copies of them, and a margin that keeps the machine out of trouble: a judgement.
constexpr double kMostTaken = 1.5 * kMostResident;

// One is made on trial: a limit on processes, or a sandbox, says no there.
template <typename Maker>
std::optional<std::string> lacks() {
    if (auto why = benchmarks::lacks_memory_for(static_cast<std::uint64_t>(kMostTaken))) return why;
    if (!Maker::kStamps) {
        if (auto why = benchmarks::lacks_smallest_program()) return why;
    }
    try {
        const benchmarks::SharedObject<benchmarks::Birth> birth;
        Maker maker;
        maker.make(1, *birth);
    } catch (const std::exception& problem) {
        return std::string("cannot make one: ") + problem.what();
    }
    return std::nullopt;
}

template <typename Maker>
latchmark::Variant variant(const std::string& name, const std::string& summary) {
    return latchmark::variant<Creation<Maker>>(name, summary, {.lacks = lacks<Maker>});
}

std::optional<std::string> lacks_huge() {
    if (auto why = benchmarks::lacks_huge_pages()) return why;
    return lacks<benchmarks::Fork>();
}

}  // namespace

latchmark::Experiment benchmarks::pools::creation() {
    return {
        .name = "pools/creation",
        .question = "What does it cost to make a thread, a process or a program, and what if whoever makes it is large?",
        .mechanism =
            "A thread needs a stack and a place in the scheduler. A fork also copies the tables of all pages that its parent "
            "holds, which vfork and posix_spawn leave out, since their child stays in its parent's memory until it executes or "
            "ends.",
        .operation = "one made, run and waited for",
        .baseline = "thread",
        .variants =
            {
                variant<PosixThread>("thread", "pthread_create and pthread_join"),
                variant<StdAsync>("std_async", "std::async and get"),
                variant<Fork>("fork", "fork; the child ends at once"),
                latchmark::variant<Creation<Fork, Pages::huge>>("fork_huge_pages", "the same with the memory in huge pages",
                                                                {.lacks = lacks_huge, .baseline = "fork"}),
                variant<Vfork>("vfork", "a child in its parent's memory, which ends at once"),
                latchmark::variant<Creation<Clone>>("clone", "clone(VM|VFORK): the same on a stack of its own",
                                                    {.lacks = lacks<Clone>, .absent = Clone::kAbsent}),
                variant<ForkExec>("fork_exec", "fork, and the child executes true"),
                variant<PosixSpawn>("posix_spawn", "posix_spawn of true"),
            },
        .workers = latchmark::WorkerSweep::one,
        .axes = {{.name = "resident",
                  .unit = "B",
                  .values = {10 * kMiB, 100 * kMiB, kMostResident},
                  .middle = 10 * kMiB,
                  .variants = {"fork", "fork_huge_pages", "vfork", "fork_exec", "posix_spawn"},
                  .in_taste = true,
                  .taste_values = {100 * kMiB}}},
        .taste = {"thread", "fork", "posix_spawn"},
        .expects = [](const std::string& variant, const latchmark::Setting& setting) -> latchmark::Expected {
            const double resident_mib = setting.parameter("resident") / kMiB;
            const bool copies_tables = variant == "fork" || variant == "fork_exec";
            return {.set_up_ms = 0.5 * resident_mib, .operation_ms = 0.3 + (copies_tables ? 0.02 * resident_mib : 0)};
        },
        .roles = latchmark::roles::pools(),
    };
}
