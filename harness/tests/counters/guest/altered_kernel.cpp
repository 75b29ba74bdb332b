// The one call that differs.
#include "harness/tests/counters/guest/altered_kernel.hpp"

#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>

namespace latchmark::counters {

int AlteredKernel::open_event(const Encoding& encoding, Scope scope, int leader) {
    if (leader >= 0) return real_kernel().open_event(encoding, scope, leader);
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    attributes.type = encoding.type;
    attributes.config = encoding.config;
    attributes.disabled = 1;
    attributes.enable_on_exec = 1;
    attributes.exclude_kernel = scope == Scope::user;
    attributes.exclude_hv = scope == Scope::user;
    attributes.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    alter_(attributes);
    const long descriptor = ::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    return descriptor < 0 ? -errno : static_cast<int>(descriptor);
}

}  // namespace latchmark::counters
