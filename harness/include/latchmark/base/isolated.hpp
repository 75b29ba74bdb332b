// Storage whose sharing of cache lines is decided by us and not by the allocator.
#pragma once
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <new>
#include <span>
#include <utility>

namespace latchmark {

// Two objects this far apart never share anything a CPU moves between cores: 64-byte lines that are fetched in
// pairs (x86), 128-byte lines (some client Arm cores), 256-byte lines (A64FX). The standard's
// hardware_destructive_interference_size is 64 or 256 with GCC and absent with Clang 14, so layouts built on it differ.
inline constexpr std::size_t kIsolationSize = 256;

// A value that shares its isolation block with nothing.
template <typename T>
struct alignas(kIsolationSize) Isolated {
    T value{};
};

// A fixed number of default-constructed objects, which need not be movable (atomics, mutexes). The first one starts on
// an isolation boundary and the block ends on one: whether neighbours share a line is decided by T alone, and nobody
// else's data lie in the block.
template <typename T>
class Slots {
public:
    Slots(std::size_t size, std::pmr::memory_resource* memory) : memory_(memory), size_(size) {
        items_ = static_cast<T*>(memory_->allocate(bytes(), alignment()));
        std::uninitialized_value_construct_n(items_, size_);
    }
    ~Slots() {
        std::destroy_n(items_, size_);
        memory_->deallocate(items_, bytes(), alignment());
    }
    Slots(const Slots&) = delete;
    Slots& operator=(const Slots&) = delete;

    [[nodiscard]] T& operator[](std::size_t index) { return items_[index]; }
    [[nodiscard]] const T& operator[](std::size_t index) const { return items_[index]; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] T* begin() { return items_; }
    [[nodiscard]] T* end() { return items_ + size_; }
    [[nodiscard]] const T* begin() const { return items_; }
    [[nodiscard]] const T* end() const { return items_ + size_; }

private:
    static constexpr std::size_t alignment() { return alignof(T) > kIsolationSize ? alignof(T) : kIsolationSize; }
    [[nodiscard]] std::size_t bytes() const {
        const std::size_t size = size_ * sizeof(T);
        return (size + kIsolationSize - 1) / kIsolationSize * kIsolationSize;
    }

    std::pmr::memory_resource* memory_;
    std::size_t size_;
    T* items_ = nullptr;
};

}  // namespace latchmark
