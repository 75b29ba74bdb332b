// Values of a few bytes that go whole through a descriptor, however often a signal comes between.
#pragma once
#include <cerrno>
#include <sys/types.h>
#include <unistd.h>

#include "benchmarks/primitives/processes/descriptor.hpp"

namespace benchmarks {

// The kernel never splits so few bytes: a call transfers all of them or fails.
template <typename Value>
void write_whole(const Descriptor& to, const Value& value) {
    while (::write(to.get(), &value, sizeof value) != static_cast<ssize_t>(sizeof value))
        checked(errno == EINTR ? 0 : -1, "write");
}

template <typename Value>
[[nodiscard]] Value read_whole(const Descriptor& from) {
    Value value{};
    while (::read(from.get(), &value, sizeof value) != static_cast<ssize_t>(sizeof value))
        checked(errno == EINTR ? 0 : -1, "read");
    return value;
}

}  // namespace benchmarks
