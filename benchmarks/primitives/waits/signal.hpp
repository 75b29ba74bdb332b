// What all ways of waiting have in common: one worker waits for a number, another one sets it.
#pragma once
#include <concepts>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include "benchmarks/primitives/waits/futex.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Numbers go up by one from 1 and each is waited for by the one worker that waits: who sets them never gets ahead by two. What
// was written before set() is seen after wait(). A signal is a member of a workload, which lies in memory that processes share.
template <typename S>
concept Signal = std::constructible_from<S, const latchmark::Setting&> && requires(S signal, std::uint32_t number) {
    { signal.wait(number) } -> std::same_as<void>;
    { signal.set(number) } -> std::same_as<void>;
};

// A word that only threads sleep on is found faster, and one that processes sleep on would not be found that way.
[[nodiscard]] inline FutexScope scope_of(latchmark::Team team) {
    return team == latchmark::Team::threads ? FutexScope::threads_only : FutexScope::shared;
}

// Why a signal each way cannot be made here, if so: found out by making them. A limit on descriptors, mostly.
template <Signal S>
[[nodiscard]] std::optional<std::string> lacks_signals() {
    try {
        const latchmark::Setting setting;
        [[maybe_unused]] const S there(setting);
        [[maybe_unused]] const S back(setting);
        return std::nullopt;
    } catch (const std::exception& problem) {
        return problem.what();
    }
}

}  // namespace benchmarks
