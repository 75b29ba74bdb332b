// What to do after a system call that failed: try again, or give up with its reason.
#pragma once
#include <cerrno>
#include <system_error>

namespace benchmarks {

[[noreturn]] inline void throw_failed(const char* call, int error = errno) {
    throw std::system_error(error, std::generic_category(), call);
}

// Returns when the call was only interrupted, or was told not to wait and had nothing to do yet. Throws otherwise.
inline void try_again_or_throw(const char* call, int error = errno) {
    if (error != EINTR && error != EAGAIN) throw_failed(call, error);
}

}  // namespace benchmarks
