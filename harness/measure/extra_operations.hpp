// Operations beyond those that are reported: a slowdown of exactly known size, by which a comparison of two sides is tried.
#pragma once
#include <cmath>
#include <cstdint>

namespace latchmark::measure {

// Of one worker. However what it reports is cut into batches, the extra ones are `share` of it, to the nearest whole operation.
class ExtraOperations {
public:
    explicit ExtraOperations(double share) : share_(share) {}

    // How many go with the next `reported` ones.
    [[nodiscard]] std::uint64_t with(std::uint64_t reported) {
        reported_ += reported;
        // From the sum: cut batch by batch, 5 % of a batch of 8 would be nothing for ever.
        const auto due = static_cast<std::uint64_t>(std::llround(static_cast<double>(reported_) * share_));
        const std::uint64_t extra = due - done_;
        done_ = due;
        return extra;
    }

    [[nodiscard]] std::uint64_t done() const { return done_; }

private:
    double share_;
    std::uint64_t reported_ = 0;
    std::uint64_t done_ = 0;
};

}  // namespace latchmark::measure
