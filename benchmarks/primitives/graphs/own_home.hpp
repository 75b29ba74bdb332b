// Where a graph lies that one process has for itself: the heap.
#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace benchmarks {

class OwnHome {
public:
    template <typename T>
    using Allocator = std::allocator<T>;
    template <typename T>
    using Pointer = T*;
    using String = std::string;
    template <typename Key, typename Value>
    using Map = std::map<Key, Value, std::less<>>;

    [[nodiscard]] Allocator<std::byte> allocator() const { return {}; }

    // Nobody else writes pointers here.
    [[nodiscard]] bool holds(const void* /*object*/, std::size_t /*bytes*/) const { return true; }
};

}  // namespace benchmarks
