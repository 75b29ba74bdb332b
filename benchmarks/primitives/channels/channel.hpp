// What every transport offers: messages of one size, from either of two ends to the other, in order.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>

#include "latchmark/base/setting.hpp"

namespace benchmarks {

using Words = std::span<std::uint64_t>;
using ConstWords = std::span<const std::uint64_t>;

// Built before the worker processes are, in memory that they share, for messages of so many bytes: whole words, at least one.
// Each end belongs to one worker. The ends are 0 and 1.
template <typename C>
concept Channel = std::constructible_from<C, const latchmark::Setting&, std::size_t> && requires(C channel, std::size_t end) {
    // How often a message is copied on its way from where it was written to where it is read.
    { C::kCopies } -> std::convertible_to<unsigned>;
    // Where this end writes its next message. May wait until the other end has made room.
    { channel.outgoing(end) } -> std::same_as<Words>;
    { channel.send(end) } -> std::same_as<void>;
    // Waits for the next message of the other end, which may be read until it is released.
    { channel.receive(end) } -> std::same_as<ConstWords>;
    { channel.release(end) } -> std::same_as<void>;
};

// Why a channel cannot be had here, if so: one is made to find out.
template <Channel C>
[[nodiscard]] std::optional<std::string> lacks_channel() {
    constexpr std::size_t kSmallMessage = 64;
    try {
        const C channel(latchmark::Setting{.workers = 2}, kSmallMessage);
        return std::nullopt;
    } catch (const std::exception& problem) {
        return problem.what();
    }
}

}  // namespace benchmarks
