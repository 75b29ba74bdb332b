// An eventfd that is waited for as an event loop does: asked for with epoll, then read.
#pragma once
#include <cerrno>
#include <cstdint>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "benchmarks/primitives/processes/descriptor.hpp"
#include "benchmarks/primitives/waits/whole_value.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Level-triggered: two system calls a wait, one to learn that there is something and one to take it.
class alignas(latchmark::kIsolationSize) EpollSignal {
public:
    explicit EpollSignal(const latchmark::Setting& /*setting*/) {
        epoll_event event{};
        event.events = EPOLLIN;
        checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, counter_.get(), &event), "epoll_ctl");
    }

    void wait(std::uint32_t /*number*/) const {
        epoll_event event{};
        while (::epoll_wait(epoll_.get(), &event, 1, -1) != 1) checked(errno == EINTR ? 0 : -1, "epoll_wait");
        static_cast<void>(read_whole<std::uint64_t>(counter_));
    }
    void set(std::uint32_t /*number*/) const { write_whole(counter_, std::uint64_t{1}); }

private:
    Descriptor counter_{checked(::eventfd(0, EFD_CLOEXEC), "eventfd")};
    Descriptor epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
};

}  // namespace benchmarks
