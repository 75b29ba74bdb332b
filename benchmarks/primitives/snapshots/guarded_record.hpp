// The record behind a lock, which readers share when the lock can be shared.
#pragma once
#include <cstddef>
#include <memory_resource>
#include <mutex>
#include <shared_mutex>
#include <type_traits>

#include "benchmarks/primitives/snapshots/record.hpp"
#include "latchmark/base/isolated.hpp"

namespace benchmarks {

template <typename Lock>
concept SharedByReaders = requires(Lock& lock) {
    lock.lock_shared();
    lock.unlock_shared();
};

// Lock and words side by side on a block of their own, as in most programs.
template <typename Lock, typename Words = RecordWords>
class alignas(latchmark::kIsolationSize) GuardedRecord {
public:
    GuardedRecord(std::size_t /*workers*/, std::pmr::memory_resource* /*memory*/) {}

    // `during` is what the reader does inside its section, before it reads. It is given what is known only inside: work that
    // does not depend on it would begin while the lock is still on its way, and the section would be shorter than it was asked.
    template <typename During>
    [[nodiscard]] Record read(std::size_t /*worker*/, During during) {
        const ReaderLock lock(lock_);
        during(words_.first());
        return words_.read();
    }

    void write(std::size_t /*worker*/) {
        const std::lock_guard lock(lock_);
        words_.write(words_.read().next());
    }

    // When the team has ended.
    [[nodiscard]] Record latest() const { return words_.read(); }

private:
    using ReaderLock = std::conditional_t<SharedByReaders<Lock>, std::shared_lock<Lock>, std::unique_lock<Lock>>;

    Lock lock_{};
    Words words_{};
};

}  // namespace benchmarks
