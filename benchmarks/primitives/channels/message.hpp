// What a message consists of, so that its reader can tell that it is whole, the right one, and from the right end.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "benchmarks/primitives/channels/channel.hpp"

namespace benchmarks {

// Odd, so that every number and every offset has a word of its own; unrelated, so that no message is a later part of another.
inline constexpr std::uint64_t kWordOfNumber = 0x9E3779B97F4A7C15U;
inline constexpr std::uint64_t kWordOfOffset = 0xD1B54A32D192ED03U;

[[nodiscard]] constexpr std::uint64_t message_word(std::uint64_t number, std::size_t offset) {
    return ~(number * kWordOfNumber) + offset * kWordOfOffset;
}

// Two words at a time: SSE2 and NEON, which every CPU of their kind has. Said by a type, since GCC 12 leaves a plain loop as it
// is at -O2, and writing and checking would cost more than many a transport.
using WordPair [[gnu::vector_size(16)]] = std::uint64_t;

inline void write_message(Words message, std::uint64_t number) {
    WordPair words{message_word(number, 0), message_word(number, 1)};
    std::size_t offset = 0;
    for (; offset + 2 <= message.size(); offset += 2, words += 2 * kWordOfOffset)
        std::memcpy(&message[offset], &words, sizeof(words));
    if (offset < message.size()) message[offset] = words[0];
}

// Looks at every word, whatever it finds: a reader that stops at the first wrong one is fast.
[[nodiscard]] inline bool is_message(ConstWords message, std::uint64_t number) {
    WordPair words{message_word(number, 0), message_word(number, 1)};
    WordPair wrong{};
    std::size_t offset = 0;
    for (; offset + 2 <= message.size(); offset += 2, words += 2 * kWordOfOffset) {
        WordPair there;
        std::memcpy(&there, &message[offset], sizeof(there));
        wrong |= there ^ words;
    }
    if (offset < message.size()) wrong[0] |= message[offset] ^ words[0];
    return (wrong[0] | wrong[1]) == 0;
}

// The first word and the last, and nothing between: for a message that is handed over without being looked at.
inline void write_ends(Words message, std::uint64_t number) {
    message.back() = message_word(number, message.size() - 1);
    message.front() = message_word(number, 0);
}
[[nodiscard]] inline bool are_ends(ConstWords message, std::uint64_t number) {
    return message.front() == message_word(number, 0) && message.back() == message_word(number, message.size() - 1);
}

}  // namespace benchmarks
