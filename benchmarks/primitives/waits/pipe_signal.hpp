// The number itself, sent through a pipe.
#pragma once
#include <array>
#include <cstdint>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

#include "benchmarks/primitives/processes/descriptor.hpp"
#include "benchmarks/primitives/waits/whole_value.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Every wait and every set is a system call, whether or not anybody sleeps. Worker processes inherit both ends.
class alignas(latchmark::kIsolationSize) PipeSignal {
public:
    explicit PipeSignal(const latchmark::Setting& /*setting*/) {
        std::array<int, 2> ends{};
        checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
        from_ = Descriptor(ends[0]);
        to_ = Descriptor(ends[1]);
    }

    void wait(std::uint32_t number) const {
        const auto got = read_whole<std::uint32_t>(from_);
        if (got != number)
            throw std::runtime_error("pipe: " + std::to_string(got) + " came instead of " + std::to_string(number));
    }
    void set(std::uint32_t number) const { write_whole(to_, number); }

private:
    Descriptor from_{};
    Descriptor to_{};
};

}  // namespace benchmarks
