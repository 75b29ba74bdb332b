// The smallest honest workload, and its sabotaged twin: what launches are tried with.
#pragma once
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace latchmark::launch {

class Counting {
public:
    explicit Counting(const Setting& setting) : counts_(setting.workers, setting.memory) {}
    void run(std::size_t worker, std::uint64_t operations) { counts_[worker].value += operations; }
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        for (const auto& count : counts_) operations -= count.value;
        return operations == 0;
    }

private:
    Slots<Isolated<std::uint64_t>> counts_;
};

// Claims one operation a batch that it did not do.
class LosesOne : public Counting {
public:
    using Counting::Counting;
    void run(std::size_t worker, std::uint64_t operations) { Counting::run(worker, operations - 1); }
};

}  // namespace latchmark::launch
