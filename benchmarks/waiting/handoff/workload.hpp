// A token that goes to the other worker and comes back, each waiting for it in its own way.
#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "benchmarks/primitives/waits/signal.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::waiting {

// Worker 0 gives the token and waits until it is back; worker 1 waits for it and gives it back. The token is plain memory that
// only the signals order: whoever goes on too early reads a wrong one.
template <Signal S>
class Handoff {
public:
    explicit Handoff(const latchmark::Setting& setting)
        : there_(setting), back_(setting), token_(1, setting.memory), ends_(2, setting.memory) {
        if (setting.workers != 2) throw std::invalid_argument("a token goes there and back between two workers");
    }

    void run(std::size_t worker, std::uint64_t operations) {
        if (worker == 0)
            give(operations);
        else
            give_back(operations);
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        const End& giver = ends_[0].value;
        const End& taker = ends_[1].value;
        return giver.rounds == taker.rounds && giver.wrong_tokens + taker.wrong_tokens == 0 &&
               giver.rounds + taker.rounds == operations;
    }

private:
    struct End {
        std::uint64_t rounds = 0;
        std::uint64_t wrong_tokens = 0;
    };

    // Differs from what was given in every bit, and from all others that come back.
    [[nodiscard]] static constexpr std::uint64_t returned(std::uint64_t round) { return ~round; }

    void give(std::uint64_t operations) {
        End& end = ends_[0].value;
        std::uint64_t& token = token_[0];
        std::uint64_t wrong_tokens = 0;
        const std::uint64_t last = end.rounds + operations;
        for (std::uint64_t round = end.rounds + 1; round <= last; ++round) {
            token = round;
            there_.set(static_cast<std::uint32_t>(round));
            back_.wait(static_cast<std::uint32_t>(round));
            if (token != returned(round)) ++wrong_tokens;
        }
        end.rounds = last;
        end.wrong_tokens += wrong_tokens;
    }

    void give_back(std::uint64_t operations) {
        End& end = ends_[1].value;
        std::uint64_t& token = token_[0];
        std::uint64_t wrong_tokens = 0;
        const std::uint64_t last = end.rounds + operations;
        for (std::uint64_t round = end.rounds + 1; round <= last; ++round) {
            there_.wait(static_cast<std::uint32_t>(round));
            if (token != round) ++wrong_tokens;
            token = returned(round);
            back_.set(static_cast<std::uint32_t>(round));
        }
        end.rounds = last;
        end.wrong_tokens += wrong_tokens;
    }

    S there_;
    S back_;
    latchmark::Slots<std::uint64_t> token_;
    latchmark::Slots<latchmark::Isolated<End>> ends_;
};

}  // namespace benchmarks::waiting
