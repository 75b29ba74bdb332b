// Copy on write by the standard library alone: a shared pointer, loaded atomically, to a record that never changes.
#pragma once
#include <atomic>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <mutex>

#include "benchmarks/primitives/snapshots/record.hpp"
#include "latchmark/base/isolated.hpp"

namespace benchmarks {

// The free functions take a mutex of a small pool that all shared pointers of the program have in common. The newer
// std::atomic<std::shared_ptr> has a spinning bit instead, but in libstdc++ 12 a load lets go of it without release: a data
// race, by which an Arm reader may pair a new pointer with the old one's reference count.
template <typename Words = RecordWords>
class alignas(latchmark::kIsolationSize) SharedPtrRecord {
public:
    SharedPtrRecord(std::size_t /*workers*/, std::pmr::memory_resource* /*memory*/) {}

    template <typename During>
    [[nodiscard]] Record read(std::size_t /*worker*/, During during) {
        // acquire: the words that were written before the pointer was published
        const Copy copy = std::atomic_load_explicit(&current_, std::memory_order_acquire);
        during(copy->first());
        return copy->read();
    }

    void write(std::size_t /*worker*/) {
        const std::lock_guard lock(writers_.value);
        const auto fresh = std::make_shared<Words>();
        // plain: only writers change the pointer, one at a time, and reading it is no race with those who read it too
        fresh->write(current_->read().next());
        std::atomic_store_explicit(&current_, Copy(fresh), std::memory_order_release);  // release: the words before the pointer
    }

    // When the team has ended.
    [[nodiscard]] Record latest() const { return current_->read(); }

private:
    using Copy = std::shared_ptr<const Words>;

    Copy current_ = std::make_shared<const Words>();
    latchmark::Isolated<std::mutex> writers_{};  // apart from the pointer, which a waiting writer must not take from the readers
};

}  // namespace benchmarks
