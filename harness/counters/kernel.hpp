// The system calls of this layer, in one table, so that a test can stand in for the kernel and fail each of them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/counters/identification.hpp"
#include "harness/counters/role.hpp"

namespace latchmark::counters {

// The numbers by which the kernel knows an event.
struct Encoding {
    std::uint32_t type = 0;
    std::uint64_t config = 0, config1 = 0, config2 = 0;
    friend bool operator==(const Encoding&, const Encoding&) = default;
};

// What getrusage knows about the calling thread since it began.
struct ThreadUsage {
    std::uint64_t minor_faults = 0, major_faults = 0, voluntary_switches = 0, involuntary_switches = 0;
};

// Calls that return int or long give -errno when they fail, as the kernel itself does.
class Kernel {
public:
    Kernel() = default;
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;
    virtual ~Kernel() = default;

    // Opens an event that counts the calling thread on whatever CPU it runs. `leader` is the descriptor of the group's
    // first event, or -1 for a new group, which starts disabled.
    [[nodiscard]] virtual int open_event(const Encoding& encoding, Scope scope, int leader) = 0;
    [[nodiscard]] virtual int enable_group(int leader) = 0;
    [[nodiscard]] virtual int disable_group(int leader) = 0;
    [[nodiscard]] virtual long read_event(int leader, void* frame, std::size_t bytes) = 0;

    [[nodiscard]] virtual int open_file(const char* path) = 0;
    // From the file's beginning, however often it was read before.
    [[nodiscard]] virtual long read_file(int descriptor, char* text, std::size_t bytes) = 0;
    virtual void close(int descriptor) = 0;

    [[nodiscard]] virtual int usage_of_thread(ThreadUsage& usage) = 0;
    // Names in a folder in alphabetical order; none when the folder cannot be read.
    [[nodiscard]] virtual std::optional<std::vector<std::string>> names_in(const char* folder) = 0;
    // Of the CPU with this OS id; an unknown maker where it does not say.
    [[nodiscard]] virtual Identification identify(unsigned cpu) = 0;

    // What stands in for the hardware, as a person would say it; none where the counts are a CPU's own. Whoever shows a count
    // shows this beside it.
    [[nodiscard]] virtual std::optional<std::string> script() const { return std::nullopt; }
};

// The one that makes the calls. Stateless: any thread and any forked process may use it.
[[nodiscard]] Kernel& real_kernel();

// The one that everything uses which is given none: the real one, unless main() has chosen another before all else.
[[nodiscard]] Kernel& kernel_in_use();
void use_kernel(Kernel& kernel);

}  // namespace latchmark::counters
