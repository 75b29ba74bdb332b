// In which order a round launches its points, and a point its sides: drawn from the recorded seed, the same everywhere.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace latchmark::runner {

struct Slot {
    std::size_t point = 0;
    std::size_t side = 0;
    friend bool operator==(const Slot&, const Slot&) = default;
};

// A well-mixed seed from a seed and an index (the finaliser of SplitMix64): neighbouring indices give unrelated streams.
[[nodiscard]] std::uint64_t mixed(std::uint64_t seed, std::uint64_t index);

// From the decimal text of a file or an option. Throws UsageError.
[[nodiscard]] std::uint64_t seed_from(const std::string& text);

// One that nobody chose.
[[nodiscard]] std::uint64_t fresh_seed();

// Shuffled points; the sides of a point next to each other. Over each block of as many rounds as there are sides, every
// side of a point stands in every position once: for two sides ABBA or BAAB, drawn anew for each block and point. A
// fixed order of the sides would be read as a difference between them.
[[nodiscard]] std::vector<Slot> order_of_round(const std::vector<std::size_t>& points, std::size_t sides, std::uint64_t seed,
                                               unsigned round);

}  // namespace latchmark::runner
