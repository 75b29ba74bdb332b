// The queue that most pools begin with: a mutex, a condition variable and a ring of items.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <pthread.h>
#include <stdexcept>
#include <system_error>

#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// For threads the private kind, as std::mutex and std::condition_variable are; for processes the shared kind of the same.
template <typename Item>
class MutexQueue {
public:
    // The capacity is a power of two, so that a count becomes a place without a division.
    MutexQueue(std::size_t capacity, const latchmark::Setting& setting) : items_(capacity, setting.memory) {
        if (!std::has_single_bit(capacity)) throw std::invalid_argument("the capacity of a queue must be a power of two");
        const int scope = setting.team == latchmark::Team::threads ? PTHREAD_PROCESS_PRIVATE : PTHREAD_PROCESS_SHARED;
        pthread_mutexattr_t of_mutex;
        throw_if(::pthread_mutexattr_init(&of_mutex), "pthread_mutexattr_init");
        throw_if(::pthread_mutexattr_setpshared(&of_mutex, scope), "pthread_mutexattr_setpshared");
        throw_if(::pthread_mutex_init(&mutex_, &of_mutex), "pthread_mutex_init");
        ::pthread_mutexattr_destroy(&of_mutex);
        pthread_condattr_t of_condition;
        throw_if(::pthread_condattr_init(&of_condition), "pthread_condattr_init");
        throw_if(::pthread_condattr_setpshared(&of_condition, scope), "pthread_condattr_setpshared");
        throw_if(::pthread_cond_init(&is_filled_, &of_condition), "pthread_cond_init");
        ::pthread_condattr_destroy(&of_condition);
    }
    // Neither object is destroyed: destroying a condition variable waits for its waiters, and one that was killed never leaves.
    ~MutexQueue() = default;
    MutexQueue(const MutexQueue&) = delete;
    MutexQueue& operator=(const MutexQueue&) = delete;

    void push(const Item& item) {
        {
            const Lock lock(mutex_);
            if (back_ - front_ == items_.size()) throw std::length_error("a queue of tasks has no room for another");
            items_[back_++ & (items_.size() - 1)] = item;
        }
        // When the mutex is free again: whoever wakes would otherwise sleep on it at once.
        ::pthread_cond_signal(&is_filled_);
    }

    [[nodiscard]] Item pop() {
        const Lock lock(mutex_);
        while (back_ == front_) ::pthread_cond_wait(&is_filled_, &mutex_);
        return items_[front_++ & (items_.size() - 1)];
    }

    [[nodiscard]] bool try_pop(Item& item) {
        const Lock lock(mutex_);
        if (back_ == front_) return false;
        item = items_[front_++ & (items_.size() - 1)];
        return true;
    }

private:
    static void throw_if(int error, const char* call) {
        if (error != 0) throw std::system_error(error, std::generic_category(), call);
    }

    struct Lock {
        explicit Lock(pthread_mutex_t& mutex) : held(mutex) { throw_if(::pthread_mutex_lock(&held), "pthread_mutex_lock"); }
        ~Lock() { ::pthread_mutex_unlock(&held); }
        Lock(const Lock&) = delete;
        Lock& operator=(const Lock&) = delete;
        pthread_mutex_t& held;
    };

    // Apart from other queues; lock, condition and counts move together, as in most programs.
    alignas(latchmark::kIsolationSize) pthread_mutex_t mutex_{};
    pthread_cond_t is_filled_{};
    std::uint64_t front_ = 0;
    std::uint64_t back_ = 0;
    latchmark::Slots<Item> items_;
};

}  // namespace benchmarks
