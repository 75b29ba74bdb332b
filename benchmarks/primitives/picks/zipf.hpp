// Ranks drawn with Zipf's law: rank r (from 0) with a probability proportional to 1 / (r + 1)^exponent. Exponent 0 is uniform.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <vector>

namespace benchmarks {

// Walker's alias method, as Vose builds it: exact but for the rounding of doubles, and a draw takes the same few nanoseconds
// however many ranks there are, so that a table for each of many workers is drawn quickly.
class Zipf {
public:
    Zipf(std::size_t ranks, double exponent) : columns_(ranks) {
        if (ranks == 0) throw std::invalid_argument("Zipf's law needs at least one rank");
        std::vector<double> heights = weights_of(ranks, exponent);  // the mean is 1: a column's fair share
        std::vector<std::size_t> low;
        std::vector<std::size_t> high;
        for (std::size_t rank = 0; rank < ranks; ++rank) (heights[rank] < 1.0 ? low : high).push_back(rank);
        while (!low.empty() && !high.empty()) {  // what a low column lacks is taken from a high one
            const std::size_t poor = low.back();
            const std::size_t rich = high.back();
            low.pop_back();
            columns_[poor] = {.own_share = heights[poor], .other = rich};
            heights[rich] -= 1.0 - heights[poor];
            if (heights[rich] < 1.0) {
                high.pop_back();
                low.push_back(rich);
            }
        }
        // The columns that are left are full but for rounding, and stay whole.
    }

    template <typename Generator>
    [[nodiscard]] std::size_t operator()(Generator& generator) const {
        const double place = std::uniform_real_distribution<double>(0.0, static_cast<double>(columns_.size()))(generator);
        // The library may round a draw up to the end of its range.
        const auto column = place < static_cast<double>(columns_.size()) ? static_cast<std::size_t>(place) : columns_.size() - 1;
        return place - static_cast<double>(column) < columns_[column].own_share ? column : columns_[column].other;
    }

private:
    struct Column {
        double own_share = 1.0;
        std::size_t other = 0;
    };

    static std::vector<double> weights_of(std::size_t ranks, double exponent) {
        std::vector<double> weights(ranks);
        double sum = 0;
        for (std::size_t rank = 0; rank < ranks; ++rank) {
            weights[rank] = std::pow(static_cast<double>(rank + 1), -exponent);
            sum += weights[rank];
        }
        for (double& weight : weights) weight *= static_cast<double>(ranks) / sum;
        return weights;
    }

    std::vector<Column> columns_;
};

}  // namespace benchmarks
