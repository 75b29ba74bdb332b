// epoll over a few descriptors, each known by a number.
#pragma once
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <sys/epoll.h>

#include "benchmarks/primitives/processes/descriptor.hpp"

namespace benchmarks {

class EventPoll {
public:
    // Reports readable descriptors for as long as they are: one that is not read whole comes again.
    void watch(int descriptor, std::uint64_t number) const {
        epoll_event event{.events = EPOLLIN, .data = {.u64 = number}};
        checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
    }

    // Waits for at least one that is readable.
    template <typename Handler>
    void wait(Handler on_readable) const {
        std::array<epoll_event, 64> events;  // as many as any loop of ours watches; the rest would come in the next call
        int ready = 0;
        do {
            ready = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
        } while (ready < 0 && errno == EINTR);
        checked(ready, "epoll_wait");
        for (const auto& event : std::span(events).first(static_cast<std::size_t>(ready))) on_readable(event.data.u64);
    }

private:
    Descriptor epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
};

}  // namespace benchmarks
