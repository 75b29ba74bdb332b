// Loads and stores that miss every cache and every TLB.
#pragma once
#include <cstddef>
#include <cstdint>

#include "harness/control/pages.hpp"
#include "harness/control/stimulus.hpp"

namespace latchmark::control {

// One line of each of many pages, in an order without a pattern. The constructor throws std::bad_alloc.
class MissingLines : public Stimulus {
public:
    MissingLines();
    // Throws the lines out of all caches.
    void prepare(std::size_t worker, Stretch stretch) override;

    [[nodiscard]] std::size_t count() const { return pages_.count() / kApart; }
    [[nodiscard]] std::byte* line(std::size_t page) const { return pages_[page * kApart]; }
    // Goes through all pages, each once, before it comes back to the first: their number is a power of two.
    [[nodiscard]] std::size_t page_after(std::size_t page) const { return (page * 1'664'525 + 1'013'904'223) & (count() - 1); }

private:
    // The pages between are never there: some cores keep neighbours in one entry of the TLB, and all of them would fit.
    static constexpr std::size_t kApart = 2;
    Pages pages_;
};

// Each page says where the next one is: no load begins before the one before it has ended.
class RandomWalk final : public MissingLines {
public:
    RandomWalk();
    [[nodiscard]] std::uint64_t run(std::size_t worker, Stretch stretch) override;
};

// No store waits for another, so that they fill the store buffers.
class MissingStores final : public MissingLines {
public:
    [[nodiscard]] std::uint64_t run(std::size_t worker, Stretch stretch) override;
};

}  // namespace latchmark::control
