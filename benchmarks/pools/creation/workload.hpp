// Makes a thread, a process or a program, and waits until it is gone.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <sys/resource.h>
#include <unistd.h>
#include <variant>
#include <vector>

#include "benchmarks/primitives/helpers/median.hpp"
#include "benchmarks/primitives/processes/makers.hpp"
#include "benchmarks/primitives/processes/process_memory.hpp"
#include "benchmarks/primitives/processes/resident_memory.hpp"
#include "benchmarks/primitives/processes/shared_object.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::pools {

template <typename Maker, Pages kPages = Pages::small>
class Creation {
public:
    static constexpr std::array<latchmark::Quantity, 6> kQuantities{{
        {"call_time", "ns", "lower", "median time until the call that makes one returns"},
        {"time_to_first_instruction", "ns", "lower",
         "median time from the call to the first instruction of the one that is made"},
        {"child_page_faults", "1", "lower", "page faults of a child without reading a disk, by operation"},
        {"child_cpu_time", "ns", "lower", "CPU time of a child, user and kernel, by operation; its making is its parent's"},
        {"resident_memory", "B", "none", "memory of the process that makes them"},
        {"huge_page_memory", "B", "none", "how much of that lies in huge pages"},
    }};

    explicit Creation(const latchmark::Setting& setting)
        : resident_(static_cast<std::size_t>(setting.parameter("resident")), kPages), recorders_(2, setting.memory) {
        if (setting.workers != 1) throw std::invalid_argument("the children of several workers could not be told apart");
    }

    void run(std::size_t /*worker*/, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) make();
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const { return made_ == operations && seen_ == operations; }

    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const {
        using latchmark::Unavailable;
        std::vector<latchmark::OrUnavailable<double>> values{median_of(recorders_[kCall])};
        values.emplace_back(Maker::kStamps ? median_of(recorders_[kFirstInstruction])
                                           : Unavailable{"the program that is executed knows nothing of the measurement"});
        add_use_of_children(values);
        const auto memory = memory_of(::getpid());
        if (const auto* held = std::get_if<ProcessMemory>(&memory))
            values.insert(values.end(), {held->rss_bytes, held->huge_bytes});
        else
            values.insert(values.end(), 2, std::get<Unavailable>(memory));
        return values;
    }

protected:
    void make() {
        const std::uint64_t number = ++made_;
        const std::uint64_t begin_ns = latchmark::now_ns();
        const std::uint64_t called_ns = maker_.make(number, *birth_);
        recorders_[kCall].record(called_ns - begin_ns);
        if constexpr (Maker::kStamps) {
            // acquire: with its number comes its time
            if (birth_->number.load(std::memory_order_acquire) != number) return;
            recorders_[kFirstInstruction].record(birth_->first_instruction_ns.load(std::memory_order_relaxed) - begin_ns);
        }
        ++seen_;  // a program was seen by its exit status, or make() has thrown
    }

private:
    enum Recorders : std::size_t { kCall, kFirstInstruction };

    [[nodiscard]] static rusage use_of_children() {
        rusage use{};
        checked(::getrusage(RUSAGE_CHILDREN, &use), "getrusage");
        return use;
    }

    void add_use_of_children(std::vector<latchmark::OrUnavailable<double>>& values) const {
        const rusage now = use_of_children();
        const auto reaped_ns = [](const rusage& use) {
            const auto seconds = static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec);
            return seconds * 1e9 + static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e3;
        };
        if (seen_ == 0 || reaped_ns(now) == reaped_ns(use_before_)) {
            values.insert(values.end(), 2, latchmark::Unavailable{"it has no child processes: a thread's use is its process's"});
            return;
        }
        const auto operations = static_cast<double>(seen_);
        values.emplace_back(static_cast<double>(now.ru_minflt - use_before_.ru_minflt) / operations);
        values.emplace_back((reaped_ns(now) - reaped_ns(use_before_)) / operations);
    }

    ResidentMemory resident_;
    SharedObject<Birth> birth_;
    Maker maker_;
    rusage use_before_ = use_of_children();
    std::uint64_t made_ = 0;
    std::uint64_t seen_ = 0;
    latchmark::Slots<latchmark::LatencyRecorder> recorders_;
};

}  // namespace benchmarks::pools
