// A message goes to the other worker and another one comes back, over different transports.
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
#include "benchmarks/primitives/channels/message_buffers.hpp"
#include "latchmark/base/do_not_optimize.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"
#include "latchmark/base/unavailable.hpp"

namespace benchmarks::ipc {

inline constexpr std::string_view kPayload = "payload";

// What an end did, in memory of the team: verified in a process that was neither of them.
struct RoundTripEnd {
    std::uint64_t round_trips = 0;
    std::uint64_t wrong_messages = 0;
};
using RoundTripEnds = latchmark::Slots<latchmark::Isolated<RoundTripEnd>>;

// Requests and replies have different numbers: a server that hands back what it got is noticed.
[[nodiscard]] constexpr std::uint64_t request_of(std::uint64_t round_trip) { return 2 * round_trip; }
[[nodiscard]] constexpr std::uint64_t reply_of(std::uint64_t round_trip) { return 2 * round_trip + 1; }

[[nodiscard]] inline bool are_right(const RoundTripEnds& ends, std::uint64_t operations) {
    std::uint64_t round_trips = 0;
    for (const auto& end : ends) {
        if (end.value.wrong_messages != 0 || end.value.round_trips != ends[0].value.round_trips) return false;
        round_trips += end.value.round_trips;
    }
    return round_trips == operations;
}

// How much of a message its sender writes and its receiver reads.
enum class Touched { all, ends };

// Worker 0 asks, worker 1 answers. Lockstep: both get the same operations, so nobody waits for a message that never comes.
template <Channel Transport, Touched Part = Touched::all>
class RoundTrip {
public:
    static constexpr std::array<std::string_view, 2> kParts{"client", "server"};
    [[nodiscard]] static std::size_t part_of(std::size_t worker, std::size_t /*workers*/) { return worker; }

    static constexpr std::array<latchmark::Quantity, 1> kQuantities{
        {{"copies", "1", "none", "how often a message is copied on its way to the other end"}}};
    [[nodiscard]] std::vector<latchmark::OrUnavailable<double>> quantities() const {
        return {static_cast<double>(Transport::kCopies)};
    }

    explicit RoundTrip(const latchmark::Setting& setting)
        : transport_(setting, static_cast<std::size_t>(setting.parameter(std::string(kPayload)))), ends_(2, setting.memory) {
        if (setting.workers != 2) throw std::invalid_argument("a client and a server are two workers");
    }

    void run(std::size_t worker, std::uint64_t operations) {
        if (worker == 0)
            ask(operations);
        else
            answer(operations);
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const { return are_right(ends_, operations); }

private:
    void ask(std::uint64_t operations) {
        RoundTripEnd& self = ends_[0].value;
        for (std::uint64_t i = 0; i < operations; ++i, ++self.round_trips) {
            send(0, request_of(self.round_trips));
            if (!receive(0, reply_of(self.round_trips))) ++self.wrong_messages;
        }
    }

    void answer(std::uint64_t operations) {
        RoundTripEnd& self = ends_[1].value;
        for (std::uint64_t i = 0; i < operations; ++i, ++self.round_trips) {
            if (!receive(1, request_of(self.round_trips))) ++self.wrong_messages;
            send(1, reply_of(self.round_trips));
        }
    }

    void send(std::size_t end, std::uint64_t number) {
        const Words message = transport_.outgoing(end);
        if constexpr (Part == Touched::all)
            write_message(message, number);
        else
            write_ends(message, number);
        transport_.send(end);
    }

    [[nodiscard]] bool receive(std::size_t end, std::uint64_t number) {
        const ConstWords message = transport_.receive(end);
        const bool is_right = Part == Touched::all ? is_message(message, number) : are_ends(message, number);
        transport_.release(end);
        return is_right;
    }

    Transport transport_;
    RoundTripEnds ends_;
};

// The floor: writes and checks as much as both ends of a round trip do, one after the other, and nothing goes anywhere. Each
// worker does that by itself, in memory of its own.
class NoTransport {
public:
    static constexpr std::array<std::string_view, 2> kParts{"client", "server"};
    [[nodiscard]] static std::size_t part_of(std::size_t worker, std::size_t /*workers*/) { return worker; }

    explicit NoTransport(const latchmark::Setting& setting)
        : messages_(setting.workers, static_cast<std::size_t>(setting.parameter(std::string(kPayload))), setting.memory),
          ends_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        const Words message = messages_[worker];
        RoundTripEnd& self = ends_[worker].value;
        for (std::uint64_t i = 0; i < operations; ++i, ++self.round_trips) {
            for (const std::uint64_t number : {request_of(self.round_trips), reply_of(self.round_trips)}) {
                write_message(message, number);
                latchmark::do_not_optimize(message.data());  // what was written is read from memory, not known
                if (!is_message(message, number)) ++self.wrong_messages;
            }
        }
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const { return are_right(ends_, operations); }

private:
    MessageBuffers messages_;
    RoundTripEnds ends_;
};

}  // namespace benchmarks::ipc
