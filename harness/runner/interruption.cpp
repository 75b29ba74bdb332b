// Signals as a descriptor.
#include "harness/runner/interruption.hpp"

#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <string>
#include <sys/signalfd.h>
#include <unistd.h>

#include "harness/runner/errors.hpp"

namespace latchmark::runner {

Interruption::Interruption() {
    sigset_t waited{};
    sigemptyset(&waited);
    sigaddset(&waited, SIGCHLD);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        // Under nohup or in a background job the shell has these ignored; a blocked signal would arrive all the same.
        struct sigaction action {};
        if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_IGN) sigaddset(&waited, signal);
    }
    // Should the runner's own output close early, the write fails and the measuring goes on.
    std::signal(SIGPIPE, SIG_IGN);
    // An ignored SIGCHLD, inherited, would make the kernel reap children before their end is known.
    std::signal(SIGCHLD, SIG_DFL);
    if (pthread_sigmask(SIG_BLOCK, &waited, &previous_mask_) != 0) throw InfrastructureError("cannot hold back signals");
    descriptor_ = signalfd(-1, &waited, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor_ < 0) {
        const std::string why = std::strerror(errno);
        pthread_sigmask(SIG_SETMASK, &previous_mask_, nullptr);
        throw InfrastructureError("cannot wait for signals: signalfd: " + why);
    }
}

Interruption::~Interruption() {
    // Unread ones must not strike when they are let through again.
    static_cast<void>(has_arrived());
    close(descriptor_);
    pthread_sigmask(SIG_SETMASK, &previous_mask_, nullptr);
}

bool Interruption::has_arrived() {
    signalfd_siginfo info{};
    while (read(descriptor_, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
        if (info.ssi_signo != static_cast<unsigned>(SIGCHLD)) has_arrived_ = true;
    return has_arrived_;
}

}  // namespace latchmark::runner
