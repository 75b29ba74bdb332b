// Where a graph lies that processes share: containers of Boost.Interprocess, where it is installed.
#pragma once
#include <boost/container/map.hpp>
#include <boost/container/string.hpp>
#include <boost/interprocess/allocators/allocator.hpp>
#include <boost/interprocess/managed_external_buffer.hpp>
#include <boost/interprocess/offset_ptr.hpp>
#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>

namespace benchmarks {

inline constexpr std::string_view kSharedHomeAbsent{};

// Takes its memory from a block that must be shared by who uses it and aligned to 16 bytes. Its pointers are distances, so the
// block may lie elsewhere in each process. Nothing is locked: one process at a time may change what lies in it.
class SharedHome {
public:
    using Segment = boost::interprocess::managed_external_buffer;
    template <typename T>
    using Allocator = boost::interprocess::allocator<T, Segment::segment_manager>;
    template <typename T>
    using Pointer = boost::interprocess::offset_ptr<T>;
    using String = boost::container::basic_string<char, std::char_traits<char>, Allocator<char>>;
    template <typename Key, typename Value>
    using Map = boost::container::map<Key, Value, std::less<>, Allocator<std::pair<const Key, Value>>>;

    SharedHome(std::byte* block, std::size_t bytes)
        : segment_(boost::interprocess::create_only, block, bytes), begin_(block), end_(block + bytes) {}

    [[nodiscard]] Allocator<std::byte> allocator() const { return segment_.get_segment_manager(); }

    // What a reader asks before it follows a pointer that another process wrote.
    [[nodiscard]] bool holds(const void* object, std::size_t bytes) const {
        const auto* begin = static_cast<const std::byte*>(object);
        return std::less_equal<>()(begin_, begin) && std::less_equal<>()(begin, end_) &&
               bytes <= static_cast<std::size_t>(end_ - begin);
    }

private:
    Segment segment_;
    const std::byte* begin_;
    const std::byte* end_;
};

}  // namespace benchmarks
