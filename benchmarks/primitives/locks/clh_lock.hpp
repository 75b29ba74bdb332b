// The queue lock of Craig, Landin and Hagersten: each waiter spins on its predecessor's line.
#pragma once
#include <atomic>
#include <memory>

#include "benchmarks/primitives/locks/held_nodes.hpp"
#include "latchmark/base/cpu_relax.hpp"

namespace benchmarks {

// One exchange to queue up and one store to hand over. Whoever is done keeps its predecessor's node and leaves its own to its
// successor: nodes wander between threads, one for each thread and one for the lock.
class ClhLock {
    struct Turn {
        std::atomic<bool> lasts{false};
        latchmark::Isolated<Turn>* predecessor = nullptr;  // for the eyes of the holder
    };
    using Nodes = HeldNodes<Turn>;

public:
    ClhLock() : last_(new Nodes::Node) {}
    ~ClhLock() { delete last_.load(std::memory_order_relaxed); }  // nobody is left who could change it
    ClhLock(const ClhLock&) = delete;
    ClhLock& operator=(const ClhLock&) = delete;

    void lock() {
        Nodes::Node& mine = *Nodes::bind(this).node;
        mine.value.lasts.store(true, std::memory_order_relaxed);  // relaxed: published by the exchange
        // release: the successor must see the turn as lasting; acquire: the same for the predecessor's
        Nodes::Node* predecessor = last_.exchange(&mine, std::memory_order_acq_rel);
        // acquire: what the last holder wrote is read after this, and it pairs with the release in unlock()
        while (predecessor->value.lasts.load(std::memory_order_acquire)) latchmark::cpu_relax();
        mine.value.predecessor = predecessor;
    }

    void unlock() {
        auto& holding = Nodes::of(this);
        Nodes::Node& mine = *holding.node;
        Nodes::Node* spare = mine.value.predecessor;  // read before the store below, after which the node is the successor's
        mine.value.lasts.store(false, std::memory_order_release);
        holding = {.lock = nullptr, .node = spare};
    }

private:
    std::atomic<Nodes::Node*> last_;
};

}  // namespace benchmarks
