// One group of perf events on the calling thread, opened once, enabled once, read as a whole.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/counters/kernel.hpp"
#include "harness/counters/resolved_role.hpp"
#include "harness/counters/role.hpp"

namespace latchmark::counters {

// A status and the errno behind it, if any.
struct Outcome {
    Status status = Status::counted;
    int error = 0;
};

// What an errno of perf_event_open means for the role.
[[nodiscard]] Status status_of_refusal(int error);

// How long the group was enabled and how long it really counted. Both stand still while the thread sleeps.
struct GroupTimes {
    std::uint64_t enabled_ns = 0, running_ns = 0;
};

class EventGroup {
public:
    explicit EventGroup(Kernel& kernel) : kernel_(kernel) {}
    ~EventGroup();
    EventGroup(const EventGroup&) = delete;
    EventGroup& operator=(const EventGroup&) = delete;

    // Opens one more event; the first that opens leads. On success its member index is the size before.
    [[nodiscard]] Outcome add(const Encoding& encoding, Scope scope);

    // Lets all members count from here on.
    [[nodiscard]] Outcome enable();

    // Runs for 100 us; while the group does not count, closes its last member and tries again. Afterwards size() is what is
    // left: at least the leader, whose windows will tell.
    void shed_what_does_not_run();

    // Reads all members at once; `values` must have room for size() of them. Status read_failed when the frame is not whole.
    [[nodiscard]] Outcome read(std::span<std::uint64_t> values, GroupTimes& times);

    [[nodiscard]] std::size_t size() const { return size_; }

private:
    [[nodiscard]] int open(const Encoding& encoding, Scope scope, int leader);
    [[nodiscard]] bool runs();

    Kernel& kernel_;
    std::array<int, kMaxRoles> members_{};
    std::size_t size_ = 0;
};

}  // namespace latchmark::counters
