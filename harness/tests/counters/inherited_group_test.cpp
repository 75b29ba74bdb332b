// Why no counter of Google Benchmark is used: it opens one group that all threads inherit and adds it up once for each of them
// (google/benchmark#1153, and #1929, which is open). Shown with the same call, beside groups of each worker's own.
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

#include "harness/counters/resolved_role.hpp"
#include "harness/counters/worker_counters.hpp"
#include "harness/tests/fresh_pages.hpp"
#include "harness/tests/small_team.hpp"

namespace latchmark::counters {
namespace {

// Page faults of the calling thread and of all threads that it makes from here on.
class InheritedGroup {
public:
    InheritedGroup() {
        perf_event_attr attributes{};
        attributes.size = sizeof attributes;
        attributes.type = PERF_TYPE_SOFTWARE;
        attributes.config = PERF_COUNT_SW_PAGE_FAULTS;
        attributes.disabled = 1;
        attributes.inherit = 1;
        attributes.exclude_kernel = 1;
        attributes.exclude_hv = 1;
        attributes.read_format = PERF_FORMAT_GROUP;
        event_ = static_cast<int>(::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
        if (event_ >= 0) ::ioctl(event_, PERF_EVENT_IOC_ENABLE);
    }
    ~InheritedGroup() {
        if (event_ >= 0) ::close(event_);
    }
    InheritedGroup(const InheritedGroup&) = delete;
    InheritedGroup& operator=(const InheritedGroup&) = delete;

    [[nodiscard]] bool is_open() const { return event_ >= 0; }

    // The same number in whichever thread it is read.
    [[nodiscard]] std::uint64_t value() const {
        struct Frame {
            std::uint64_t size, value;
        } frame{};
        return ::read(event_, &frame, sizeof frame) == sizeof frame ? frame.value : 0;
    }

private:
    int event_ = -1;
};

struct Faults {
    std::uint64_t own, inherited;  // of the worker's own group; what the shared one gained while the worker looked
};

TEST(InheritedGroup, AddedUpOverThreadsCountsTheirFaultsSeveralTimes) {
    const auto roles = resolve({"page_faults"});
    for (const std::uint32_t workers : {1U, 2U, 4U}) {
        const InheritedGroup shared;
        if (!shared.is_open()) GTEST_SKIP() << "no group can be inherited here: perf_event_open is refused";
        const auto team = results_of(Team::threads, workers, [&](std::uint32_t, auto meet) {
            FreshPages pages;
            WorkerCounters counters(roles);
            meet();
            counters.begin_window();
            const std::uint64_t before = shared.value();
            meet();
            pages.touch();
            meet();
            const std::uint64_t inherited = shared.value() - before;
            counters.end_window();
            WorkerCounts counts{};
            counters.publish(counts);
            return Faults{counts.roles[0].raw, inherited};
        });
        const std::uint64_t truth = workers * FreshPages::kPages;
        std::uint64_t sum = 0;
        for (const Faults& faults : team) {
            EXPECT_GE(faults.own, FreshPages::kPages);
            EXPECT_LE(faults.own, FreshPages::kPages + foreign_faults());
            sum += faults.inherited;
        }
        EXPECT_GE(sum, workers * truth);  // every thread's share once for every thread
    }
}

}  // namespace
}  // namespace latchmark::counters
