// Copy on write with read-copy-update by liburcu: readers say when they read, writers wait until all who did have ended.
#pragma once
#include <atomic>
#include <cstddef>
#include <memory_resource>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

// The library's word for "inline the read side", which its licence allows to all programs for functions this short. As calls
// they would cost more than what they do.
#define _LGPL_SOURCE  // NOLINT(bugprone-reserved-identifier)
#include <urcu/urcu-memb.h>
#undef _LGPL_SOURCE

#include "benchmarks/primitives/snapshots/record.hpp"
#include "latchmark/base/isolated.hpp"

namespace benchmarks {

inline constexpr std::string_view kUrcuAbsent{};  // it is here

// The flavour "memb": readers order themselves by compiler barriers, and a writer that waits has the kernel interrupt the other
// CPUs (membarrier). Writers collect what they retire and wait for one grace period for all of it. That is what call_rcu does
// too, but in a thread of its own, whose time would be nobody's here.
class alignas(latchmark::kIsolationSize) UrcuRecord {
public:
    UrcuRecord(std::size_t /*workers*/, std::pmr::memory_resource* memory)
        : copies_(kCopies, memory), current_(&copies_[0].value) {
        writers_.value.retired.reserve(kCopies);
        for (std::size_t i = 1; i < kCopies; ++i) writers_.value.unused.push_back(&copies_[i].value);
    }

    // Before the first read of a thread. liburcu knows its readers until they end.
    static void attach() {
        struct Registration {
            Registration() { urcu_memb_register_thread(); }
            ~Registration() { urcu_memb_unregister_thread(); }
            Registration(const Registration&) = delete;
            Registration& operator=(const Registration&) = delete;
        };
        static thread_local const Registration registration;
    }

    template <typename During>
    [[nodiscard]] Record read(std::size_t /*worker*/, During during) {
        urcu_memb_read_lock();
        // acquire: the words that were written before the pointer was published; stronger than a dependency, but portable
        const RecordWords* copy = current_.load(std::memory_order_acquire);
        during(copy->first());
        const Record seen = copy->read();
        urcu_memb_read_unlock();
        return seen;
    }

    void write(std::size_t /*worker*/) {
        auto& [mutex, unused, retired] = writers_.value;
        const std::lock_guard lock(mutex);
        if (unused.empty()) {
            urcu_memb_synchronize_rcu();  // whoever read one of the retired has ended
            std::swap(unused, retired);
        }
        RecordWords* latest = current_.load(std::memory_order_relaxed);  // the mutex orders writers
        RecordWords* fresh = unused.back();
        unused.pop_back();
        fresh->write(latest->read().next());
        current_.store(fresh, std::memory_order_release);  // release: the words before the pointer to them
        retired.push_back(latest);
    }

    // When the team has ended.
    [[nodiscard]] Record latest() const { return current_.load(std::memory_order_relaxed)->read(); }

private:
    static constexpr std::size_t kCopies = 65;  // judgement: one grace period for 64 writes, and 16 KiB held

    struct Writers {
        std::mutex mutex{};
        std::vector<RecordWords*> unused{};
        std::vector<RecordWords*> retired{};
    };

    latchmark::Slots<latchmark::Isolated<RecordWords>> copies_;
    std::atomic<RecordWords*> current_;
    latchmark::Isolated<Writers> writers_{};  // apart from the pointer, which a waiting writer must not take from the readers
};

}  // namespace benchmarks
