// The queue nodes of each thread: what gives locks that need a node per holder a plain lock() and unlock().
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <system_error>

#include "latchmark/base/isolated.hpp"

namespace benchmarks {

// Which node the calling thread holds which lock with. Kept by the thread, not in the lock: a field of the lock that every holder
// writes would move one more line at each handover, and the queue lock would look as dear as the ticket lock that it is to beat.
// For the threads of one process; a worker process could not reach another's nodes.
template <typename T>
class HeldNodes {
public:
    using Node = latchmark::Isolated<T>;  // its owner spins on it, so it shares a line with nothing

    struct Holding {
        const void* lock = nullptr;  // nullptr: the node is spare
        Node* node = nullptr;
    };

    // A spare node, from now on bound to the lock. Throws std::system_error when the thread holds too many locks of the kind.
    [[nodiscard]] static Holding& bind(const void* lock) {
        Holding& spare = of(nullptr);
        if (spare.node == nullptr) spare.node = first_node();
        spare.lock = lock;
        return spare;
    }

    // The node that bind() bound to this lock.
    [[nodiscard]] static Holding& of(const void* lock) {
        const auto found =
            std::find_if(holdings_.begin(), holdings_.end(), [&](const Holding& held) { return held.lock == lock; });
        if (found == holdings_.end())
            throw std::system_error(
                std::make_error_code(std::errc::resource_unavailable_try_again),
                lock == nullptr ? "a thread holds too many queue locks" : "unlock by a thread that is not the holder");
        return *found;
    }

private:
    static constexpr std::size_t kMostHeld = 8;  // queue locks of one kind that a thread holds at once (judgement)

    // Made by the thread that will spin on it, after it was pinned: near its CPU.
    [[nodiscard]] static Node* first_node() {
        (void)&release_at_exit_;  // to name it is to have it destroyed with the thread
        return new Node;
    }

    struct ReleaseAtExit {
        ~ReleaseAtExit() {
            for (auto& holding : holdings_) delete holding.node;
        }
    };

    // No constructor to run, so that reaching them needs no check whether it has run.
    static inline constinit thread_local std::array<Holding, kMostHeld> holdings_{};
    static inline thread_local ReleaseAtExit release_at_exit_{};
};

}  // namespace benchmarks
