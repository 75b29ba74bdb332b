// A counter in the kernel, read and written through a descriptor.
#pragma once
#include <cstdint>
#include <sys/eventfd.h>

#include "benchmarks/primitives/processes/descriptor.hpp"
#include "benchmarks/primitives/waits/whole_value.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

// Every wait and every set is a system call, whether or not anybody sleeps. Worker processes inherit the descriptor.
class alignas(latchmark::kIsolationSize) EventfdSignal {
public:
    explicit EventfdSignal(const latchmark::Setting& /*setting*/) {}

    void wait(std::uint32_t /*number*/) const { static_cast<void>(read_whole<std::uint64_t>(counter_)); }
    void set(std::uint32_t /*number*/) const { write_whole(counter_, std::uint64_t{1}); }

private:
    Descriptor counter_{checked(::eventfd(0, EFD_CLOEXEC), "eventfd")};
};

}  // namespace benchmarks
