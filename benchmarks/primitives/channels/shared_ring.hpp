// Messages that are written and read where they lie: a ring of places in shared memory each way, and two counts that say which
// places are whose.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "benchmarks/primitives/channels/counts.hpp"
#include "benchmarks/primitives/channels/message_buffers.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// As much in flight as a pipe holds by default, so that a stream has the same slack in both; one message being written while
// another is read at least.
inline constexpr std::size_t kRingBytes = std::size_t{64} * 1024;

// A message starts on a line of its own, or one end would write where the other still reads.
inline constexpr std::size_t kLineWords = 8;

template <typename Count>
class SharedRing {
public:
    static constexpr unsigned kCopies = 0;

    SharedRing(const latchmark::Setting& setting, std::size_t message_bytes)
        : words_(words_of(message_bytes)),
          stride_((words_ + kLineWords - 1) / kLineWords * kLineWords),
          places_(std::max<std::size_t>(2, std::bit_floor(kRingBytes / (stride_ * sizeof(std::uint64_t))))),
          memory_(2 * places_ * stride_, setting.memory),
          ways_{Way(setting), Way(setting)} {}

    [[nodiscard]] Words outgoing(std::size_t end) {
        Way& way = ways_[end];
        const std::uint64_t number = way.sent.raised();
        if (number >= places_) way.released.wait_until(number - places_ + 1);
        return place(end, number);
    }
    void send(std::size_t end) { ways_[end].sent.raise(); }

    [[nodiscard]] ConstWords receive(std::size_t end) {
        Way& way = ways_[1 - end];
        const std::uint64_t number = way.released.raised();
        way.sent.wait_until(number + 1);
        return place(1 - end, number);
    }
    void release(std::size_t end) { ways_[1 - end].released.raise(); }

private:
    struct Way {
        explicit Way(const latchmark::Setting& setting) : sent(setting), released(setting) {}
        Count sent;      // raised by the sending end
        Count released;  // raised by the receiving end
    };

    // The number of places is a power of two, so that a number becomes a place without a division.
    [[nodiscard]] Words place(std::size_t way, std::uint64_t number) {
        return {&memory_[(way * places_ + (number & (places_ - 1))) * stride_], words_};
    }

    std::size_t words_;
    std::size_t stride_;
    std::size_t places_;
    latchmark::Slots<std::uint64_t> memory_;
    std::array<Way, 2> ways_;  // from end 0, and from end 1
};

using SpinningRing = SharedRing<SpinningCount>;
using FutexRing = SharedRing<FutexCount>;
using EventFdRing = SharedRing<EventFdCount>;

}  // namespace benchmarks
