// The queue lock of Mellor-Crummey and Scott: each waiter spins on a line of its own.
#pragma once
#include <atomic>

#include "benchmarks/primitives/locks/held_nodes.hpp"
#include "latchmark/base/cpu_relax.hpp"

namespace benchmarks {

// A handover writes one line that one waiter reads, however many wait. Fair, and as bad as a ticket lock when the next is not
// running.
class McsLock {
    struct Waiter {
        std::atomic<latchmark::Isolated<Waiter>*> next{nullptr};
        std::atomic<bool> waits{false};
    };
    using Nodes = HeldNodes<Waiter>;

public:
    void lock() {
        Nodes::Node& mine = *Nodes::bind(this).node;
        // relaxed: the exchange and the store of `next` below publish both
        mine.value.next.store(nullptr, std::memory_order_relaxed);
        mine.value.waits.store(true, std::memory_order_relaxed);
        // acquire: the lock may have been given back by the compare-exchange in unlock(), and a predecessor's node is seen as it
        // was set up; release: the successor sees mine so
        Nodes::Node* predecessor = last_.exchange(&mine, std::memory_order_acq_rel);
        if (predecessor == nullptr) return;
        predecessor->value.next.store(&mine,
                                      std::memory_order_release);  // after `waits`: it would otherwise be set once it is over
        // acquire: what the last holder wrote is read after this
        while (mine.value.waits.load(std::memory_order_acquire)) latchmark::cpu_relax();
    }

    void unlock() {
        auto& holding = Nodes::of(this);
        Nodes::Node& mine = *holding.node;
        auto* successor = mine.value.next.load(std::memory_order_acquire);  // its node is seen as it was set up
        if (successor == nullptr) {
            Nodes::Node* expected = &mine;
            // release: whoever takes the free lock sees what was written under it; a failure reads nothing
            if (!last_.compare_exchange_strong(expected, nullptr, std::memory_order_release, std::memory_order_relaxed)) {
                // Somebody has queued up and is about to say so.
                while ((successor = mine.value.next.load(std::memory_order_acquire)) == nullptr) latchmark::cpu_relax();
            }
        }
        if (successor != nullptr) successor->value.waits.store(false, std::memory_order_release);
        holding.lock = nullptr;  // nobody knows the node any more
    }

private:
    std::atomic<Nodes::Node*> last_{nullptr};
};

}  // namespace benchmarks
