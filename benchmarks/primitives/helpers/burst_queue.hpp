// A queue of one producer and one consumer behind a mutex and two condition variables, which may be full in three ways.
#pragma once
#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory_resource>
#include <mutex>
#include <optional>

#include "latchmark/base/clock.hpp"

namespace benchmarks {

// Who has taken how much from the allocator, at most.
class PeakMemory final : public std::pmr::memory_resource {
public:
    [[nodiscard]] std::size_t peak_bytes() const { return peak_; }

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        held_ += bytes;
        peak_ = std::max(peak_, held_);
        return std::pmr::new_delete_resource()->allocate(bytes, alignment);
    }
    void do_deallocate(void* place, std::size_t bytes, std::size_t alignment) override {
        held_ -= bytes;
        std::pmr::new_delete_resource()->deallocate(place, bytes, alignment);
    }
    [[nodiscard]] bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }

    std::size_t held_ = 0;
    std::size_t peak_ = 0;
};

// What happens to an item that finds as many in the queue as it may hold: there is no such number, its producer waits, or it is
// dropped.
enum class WhenFull { never, wait, drop };

// Items come in bursts. The producer ends one and waits until it has been drained, so that each finds an empty queue.
template <typename Item, WhenFull kWhenFull>
class BurstQueue {
public:
    explicit BurstQueue(std::size_t capacity) : capacity_(capacity) {}

    // False: dropped.
    [[nodiscard]] bool put(const Item& item) {
        {
            std::unique_lock lock(mutex_);
            if (kWhenFull == WhenFull::wait) has_room_.wait(lock, [this] { return items_.size() < capacity_; });
            if (kWhenFull == WhenFull::drop && items_.size() >= capacity_) return false;
            items_.push_back(item);
        }
        has_news_.notify_one();
        return true;
    }

    // Waits for an item. None: the burst has ended, and all of it has been taken.
    [[nodiscard]] std::optional<Item> take() {
        std::unique_lock lock(mutex_);
        has_news_.wait(lock, [this] { return !items_.empty() || is_ended_; });
        if (items_.empty()) return std::nullopt;
        const Item item = items_.front();
        items_.pop_front();
        lock.unlock();
        if (kWhenFull == WhenFull::wait) has_room_.notify_one();
        return item;
    }

    // By the producer, after its last item. Returns when the consumer has called drained().
    void end_burst() {
        std::unique_lock lock(mutex_);
        ended_ns_ = latchmark::now_ns();
        is_ended_ = true;
        has_news_.notify_one();
        has_room_.wait(lock, [this] { return !is_ended_; });
    }

    // By the consumer, when it has done its work for the last item. Returns how long ago the producer ended the burst.
    std::uint64_t drained() {
        std::uint64_t since_ns = 0;
        {
            const std::lock_guard lock(mutex_);
            since_ns = latchmark::now_ns() - ended_ns_;
            is_ended_ = false;
        }
        has_room_.notify_one();
        return since_ns;
    }

    // For when both ends have ended.
    [[nodiscard]] std::size_t peak_bytes() const { return memory_.peak_bytes(); }

private:
    std::size_t capacity_;
    PeakMemory memory_;
    std::mutex mutex_;
    std::condition_variable has_news_;  // an item, or the end of the burst
    std::condition_variable has_room_;  // for an item, or for the next burst
    std::pmr::deque<Item> items_{&memory_};
    bool is_ended_ = false;
    std::uint64_t ended_ns_ = 0;
};

}  // namespace benchmarks
