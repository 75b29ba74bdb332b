// Everything one worker counts: opened by itself after pinning, read around each window.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "harness/counters/event_group.hpp"
#include "harness/counters/kernel.hpp"
#include "harness/counters/resolved_role.hpp"
#include "latchmark/base/isolated.hpp"

namespace latchmark::counters {

// One role of one worker over the windows of a launch. Both times are 0 for the rusage and schedstat tiers, which know none.
struct RoleCount {
    std::uint64_t raw, enabled_ns, running_ns;
    Status status;
    int error;            // errno behind the status, or 0
    std::uint64_t empty;  // the part of raw that windows without work in them count too: the readings themselves
};

// The counts of one worker, in the order of the resolved roles. May lie in memory that processes share; all zero bytes mean
// that nothing was published.
struct WorkerCounts {
    std::array<RoleCount, kMaxRoles> roles;
    std::uint32_t size;
};
static_assert(std::is_trivially_copyable_v<WorkerCounts> && std::is_trivially_default_constructible_v<WorkerCounts>);

// Counts the thread that constructs it; that same thread must call everything else. Never fails as a whole: what cannot be
// counted has its status in the published counts. Apart in memory, since the workload's neighbours would otherwise pay
// for the instrument's writes.
class alignas(kIsolationSize) WorkerCounters {
public:
    // Opens and enables all events, tries for 100 us whether the hardware group runs, and rehearses windows without work: the
    // first real one does not count page faults of its own reading, and what reading counts is known. Throws
    // std::invalid_argument above kMaxRoles.
    explicit WorkerCounters(std::span<const ResolvedRole> roles, Kernel& kernel = kernel_in_use());
    ~WorkerCounters();
    WorkerCounters(const WorkerCounters&) = delete;
    WorkerCounters& operator=(const WorkerCounters&) = delete;

    // Around the timed stretch and outside it: begin after the deadline was met, end after the last clock read. A handful of
    // system calls each, no allocation.
    void begin_window();
    void end_window();

    // Totals of the windows so far.
    void publish(WorkerCounts& counts) const;

private:
    // What is read as a whole.
    enum SourceIndex : std::size_t { hardware, software, rusage, schedstat };
    static constexpr std::size_t kSources = 4;

    struct Frame {
        std::array<std::uint64_t, kMaxRoles> values{};
        GroupTimes times{};
    };
    struct Source {
        Frame begin{}, end{};
        GroupTimes total{};
        Outcome outcome{};  // once a reading failed, the totals lack a window and stay without value
        bool is_used = false;
    };
    struct Slot {
        SourceIndex source = hardware;
        std::size_t column = 0;  // its place among the source's values
        std::uint64_t raw = 0;
        std::uint64_t empty = 0;  // of one window
        Outcome outcome{};
    };

    [[nodiscard]] static SourceIndex source_of(Tier tier);
    [[nodiscard]] EventGroup& group_of(SourceIndex index) { return index == hardware ? hardware_group_ : software_group_; }
    void open_roles(std::span<const ResolvedRole> roles);
    [[nodiscard]] Outcome open_schedstat();
    void start_groups();
    void rehearse();
    void read(SourceIndex index, Frame& frame);
    static void accumulate_times(Source& source);
    void accumulate(Slot& slot);
    void forget();

    Kernel& kernel_;
    std::array<Slot, kMaxRoles> slots_{};
    std::size_t size_ = 0;
    std::array<Source, kSources> sources_{};
    EventGroup hardware_group_, software_group_;
    int schedstat_file_ = -1;
    std::uint64_t windows_ = 0;
};

}  // namespace latchmark::counters
