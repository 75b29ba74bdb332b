// Messages go one way, as fast as they can be written, taken and checked.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/primitives/channels/channel.hpp"
#include "benchmarks/primitives/channels/message.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks::ipc {

// Worker 0 receives: a message counts when it has arrived and was checked, not when a buffer has taken it. Worker 1 sends, and
// waits while the transport holds as much as it can. Lockstep: both get the same operations.
template <Channel Transport>
class Stream {
public:
    static constexpr std::array<std::string_view, 2> kParts{"receiver", "sender"};
    [[nodiscard]] static std::size_t part_of(std::size_t worker, std::size_t /*workers*/) { return worker; }

    static constexpr std::array<latchmark::Quantity, 1> kQuantities{
        {{"copies", "1", "none", "how often a message is copied on its way to the other end"}}};
    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const {
        return {static_cast<double>(Transport::kCopies)};
    }

    explicit Stream(const latchmark::Setting& setting)
        : transport_(setting, static_cast<std::size_t>(setting.parameter("payload"))), ends_(2, setting.memory) {
        if (setting.workers != 2) throw std::invalid_argument("a receiver and a sender are two workers");
    }

    void run(std::size_t worker, std::uint64_t operations) {
        if (worker == kReceiver)
            receive(operations);
        else
            send(operations);
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        const End& receiver = ends_[kReceiver].value;
        const End& sender = ends_[kSender].value;
        return receiver.messages == sender.messages && receiver.wrong_messages == 0 &&
               receiver.messages + sender.messages == operations;
    }

private:
    static constexpr std::size_t kReceiver = 0;
    static constexpr std::size_t kSender = 1;

    // What an end did, in memory of the team: verified in a process that was neither of them.
    struct End {
        std::uint64_t messages = 0;
        std::uint64_t wrong_messages = 0;
    };

    void send(std::uint64_t operations) {
        End& self = ends_[kSender].value;
        for (std::uint64_t i = 0; i < operations; ++i, ++self.messages) {
            write_message(transport_.outgoing(kSender), self.messages);
            transport_.send(kSender);
        }
    }

    void receive(std::uint64_t operations) {
        End& self = ends_[kReceiver].value;
        for (std::uint64_t i = 0; i < operations; ++i, ++self.messages) {
            if (!is_message(transport_.receive(kReceiver), self.messages)) ++self.wrong_messages;
            transport_.release(kReceiver);
        }
    }

    Transport transport_;
    latchmark::Slots<latchmark::Isolated<End>> ends_;
};

}  // namespace benchmarks::ipc
