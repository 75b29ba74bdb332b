// Ctrl-C, kill and the end of children as a descriptor to wait on, instead of handlers that strike anywhere.
#pragma once
#include <csignal>

namespace latchmark::runner {

// While it lives, SIGINT, SIGTERM, SIGHUP and SIGCHLD of this thread are held back and read here, so that none is lost and no
// write is cut short. One at a time; make it before any thread.
class Interruption {
public:
    // Throws InfrastructureError.
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    // Readable when a signal waits.
    [[nodiscard]] int descriptor() const { return descriptor_; }

    // Takes what waits; whether anybody has asked to stop since the beginning.
    [[nodiscard]] bool has_arrived();

    // What a child must restore before it becomes another program.
    [[nodiscard]] const sigset_t& previous_mask() const { return previous_mask_; }

private:
    int descriptor_ = -1;
    sigset_t previous_mask_{};
    bool has_arrived_ = false;
};

}  // namespace latchmark::runner
