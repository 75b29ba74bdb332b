// A hash that is the same in every build and on every machine, for identities in files.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace latchmark::machine {

// FNV-1a, 64 bits: std::hash may differ between libraries. Not against malice.
[[nodiscard]] constexpr std::uint64_t stable_hash(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char character : text) {
        hash ^= static_cast<unsigned char>(character);
        hash *= 0x100000001b3U;
    }
    return hash;
}

// 16 hexadecimal digits.
[[nodiscard]] inline std::string hash_digits(std::uint64_t hash) {
    std::string digits(16, '0');
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, hash >>= 4U) *digit = "0123456789abcdef"[hash & 0xfU];
    return digits;
}

}  // namespace latchmark::machine
