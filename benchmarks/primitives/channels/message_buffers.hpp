// Where the ends of a copying transport write what they send and find what they receive.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <stdexcept>

#include "benchmarks/primitives/channels/channel.hpp"
#include "latchmark/base/isolated.hpp"

namespace benchmarks {

// A message begins on a page: it then takes as few of them as it can, whoever counts by pages.
struct alignas(4096) Page {
    std::array<std::uint64_t, 512> words{};
};

[[nodiscard]] inline std::size_t words_of(std::size_t message_bytes) {
    if (message_bytes == 0 || message_bytes % sizeof(std::uint64_t) != 0)
        throw std::invalid_argument("a message must be whole words of 8 bytes, at least one");
    return message_bytes / sizeof(std::uint64_t);
}

[[nodiscard]] inline std::size_t pages_of(std::size_t message_bytes) {
    constexpr std::size_t kPageWords = sizeof(Page) / sizeof(std::uint64_t);
    return (words_of(message_bytes) + kPageWords - 1) / kPageWords;
}

// Some messages, each on pages of its own.
class MessageBuffers {
public:
    MessageBuffers(std::size_t messages, std::size_t message_bytes, std::pmr::memory_resource* memory)
        : words_(words_of(message_bytes)), pages_each_(pages_of(message_bytes)), pages_(messages * pages_each_, memory) {}

    [[nodiscard]] Words operator[](std::size_t message) { return {pages_[message * pages_each_].words.data(), words_}; }

private:
    std::size_t words_;
    std::size_t pages_each_;
    latchmark::Slots<Page> pages_;
};

}  // namespace benchmarks
