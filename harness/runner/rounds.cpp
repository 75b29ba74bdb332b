// The order of a round.
#include "harness/runner/rounds.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <random>

#include "harness/runner/errors.hpp"

namespace latchmark::runner {

namespace {

// Below `bound`, without bias. std::uniform_int_distribution and std::shuffle differ between standard libraries, and then
// a seed would not repeat an order.
std::size_t draw(std::mt19937_64& bits, std::size_t bound) {
    const std::uint64_t limit = std::mt19937_64::max() - std::mt19937_64::max() % bound;
    std::uint64_t value = bits();
    while (value >= limit) value = bits();
    return static_cast<std::size_t>(value % bound);
}

void shuffle(std::vector<std::size_t>& items, std::uint64_t seed) {
    std::mt19937_64 bits(seed);
    for (std::size_t left = items.size(); left > 1; --left) std::swap(items[left - 1], items[draw(bits, left)]);
}

}  // namespace

std::uint64_t mixed(std::uint64_t seed, std::uint64_t index) {
    std::uint64_t value = seed + 0x9e3779b97f4a7c15U * (index + 1);
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

std::uint64_t seed_from(const std::string& text) {
    std::uint64_t seed = 0;
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, seed);
    if (result.ec != std::errc{} || result.ptr != end) throw UsageError("the seed '" + text + "' is no whole number of 64 bits");
    return seed;
}

std::uint64_t fresh_seed() {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

std::vector<Slot> order_of_round(const std::vector<std::size_t>& points, std::size_t sides, std::uint64_t seed, unsigned round) {
    auto shuffled = points;
    shuffle(shuffled, mixed(seed, round));
    std::vector<Slot> order;
    order.reserve(points.size() * sides);
    for (const std::size_t point : shuffled) {
        std::vector<std::size_t> turns(sides);
        std::iota(turns.begin(), turns.end(), std::size_t{0});
        const std::uint64_t block = round / sides;
        shuffle(turns, mixed(mixed(~seed, block), point));
        for (std::size_t turn = 0; turn < sides; ++turn) order.push_back({point, turns[(turn + round) % sides]});
    }
    return order;
}

}  // namespace latchmark::runner
