// The system calls of the counters, as operations: the instrument is the subject, so this family alone may look at them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "harness/counters/capability.hpp"
#include "harness/counters/kernel.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/counters/worker_counters.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::instrument {

// What is read around a window: all of it, or the part that only a CPU with counters has.
enum class Reads { all, hardware };

// Of a launch that counts as much as any does: its own group beside anchors, software roles and the thread's statistics.
[[nodiscard]] inline std::vector<latchmark::counters::ResolvedRole> roles_of(Reads reads) {
    using latchmark::counters::Tier;
    auto roles = latchmark::counters::resolve(latchmark::counters::roles_of_launch(latchmark::roles::coherence().front()));
    if (reads == Reads::hardware)
        std::erase_if(roles, [](const auto& role) { return role.tier != Tier::uarch && role.tier != Tier::generic; });
    return roles;
}

// Why the hardware's part cannot be timed here, if so: most virtual machines show no counters.
[[nodiscard]] inline std::optional<std::string> hardware_is_absent() {
    const auto cycles = latchmark::counters::capability({"cycles"}).roles.front();
    if (!cycles.why) return std::nullopt;
    return "the CPU's own counters cannot be read here: " + *cycles.why;
}

// All groups, getrusage and schedstat, at the begin of a window and at its end.
template <Reads What>
class WindowReads {
public:
    explicit WindowReads(const latchmark::Setting& setting) : roles_(roles_of(What)), workers_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        auto& mine = workers_[worker].value;
        if (!mine.counters) mine.counters.emplace(roles_);  // by the worker itself: counters count the thread that opens them
        for (std::uint64_t i = 0; i < operations; ++i) {
            mine.counters->begin_window();
            mine.counters->end_window();
        }
        mine.operations += operations;
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t done = 0;
        for (const auto& worker : workers_) done += worker.value.operations;
        return done == operations;
    }

private:
    struct Mine {
        std::optional<latchmark::counters::WorkerCounters> counters;
        std::uint64_t operations = 0;
    };
    std::vector<latchmark::counters::ResolvedRole> roles_;
    latchmark::Slots<latchmark::Isolated<Mine>> workers_;
};

// The smallest group there is, one software event, so that the system calls themselves are what is timed.
enum class GroupCall { read, enable_and_disable };

[[nodiscard]] inline latchmark::counters::ResolvedRole smallest_event() {
    return latchmark::counters::resolve({"task_clock"}).front();
}

// Why the calls cannot be timed here, if so: containers and old kernels refuse them.
[[nodiscard]] inline std::optional<std::string> group_is_refused() {
    const auto event = smallest_event();
    if (event.status == latchmark::counters::Status::counted) return std::nullopt;
    return "the kernel refuses a software event: " + std::string(latchmark::counters::name_of(event.status));
}

template <GroupCall Call>
class GroupCalls {
public:
    explicit GroupCalls(const latchmark::Setting& setting)
        : event_(smallest_event()), workers_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        auto& kernel = latchmark::counters::kernel_in_use();
        Mine& mine = workers_[worker].value;
        if (!mine.is_open) {
            // In user scope, which needs no permission: the calls cost the same.
            mine.group = kernel.open_event(event_.encoding, latchmark::counters::Scope::user, -1);
            if (mine.group < 0) throw std::runtime_error("cannot open an event: " + std::system_category().message(-mine.group));
            mine.is_open = true;
            (void)kernel.enable_group(mine.group);  // reads of a group that never ran would be cheaper
        }
        for (std::uint64_t i = 0; i < operations; ++i) mine.done += call(kernel, mine.group) ? 1U : 0U;
    }

    // Every call succeeded.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t done = 0;
        for (const auto& worker : workers_) done += worker.value.done;
        return done == operations;
    }

private:
    struct Mine {
        bool is_open = false;
        int group = -1;
        std::uint64_t done = 0;
    };

    [[nodiscard]] static bool call(latchmark::counters::Kernel& kernel, int group) {
        if constexpr (Call == GroupCall::read) {
            std::array<std::uint64_t, 8> frame{};  // count, two times, one value
            return kernel.read_event(group, frame.data(), sizeof frame) > 0;
        } else {
            return kernel.enable_group(group) == 0 && kernel.disable_group(group) == 0;
        }
    }

    latchmark::counters::ResolvedRole event_;
    latchmark::Slots<latchmark::Isolated<Mine>> workers_;
};

}  // namespace benchmarks::instrument
