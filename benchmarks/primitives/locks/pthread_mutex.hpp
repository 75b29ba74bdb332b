// A POSIX mutex of a chosen kind.
#pragma once
#include <pthread.h>
#include <system_error>

namespace benchmarks {

enum class PthreadKind { adaptive, error_checking, recursive, priority_inheriting, robust, process_shared };

namespace detail {

inline void throw_if(int error, const char* call) {
    if (error != 0) throw std::system_error(error, std::generic_category(), call);
}

[[nodiscard]] inline int set_kind(pthread_mutexattr_t& attributes, PthreadKind kind) {
    switch (kind) {
        case PthreadKind::adaptive:
            return ::pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ADAPTIVE_NP);
        case PthreadKind::error_checking:
            return ::pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
        case PthreadKind::recursive:
            return ::pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
        case PthreadKind::priority_inheriting:
            return ::pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
        case PthreadKind::robust:
            return ::pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
        case PthreadKind::process_shared:
            return ::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    }
    return 0;
}

}  // namespace detail

// std::mutex is the plain kind. What the others add: `adaptive` spins a little before it sleeps, `error_checking` and `recursive`
// know their owner, `priority_inheriting` and `robust` let the kernel know it too, `process_shared` works between processes: a
// private futex wakes only sleepers of its own process. glibc leaves the atomic out of private mutexes while there is one thread.
template <PthreadKind Kind>
class PthreadMutex {
public:
    PthreadMutex() {
        pthread_mutexattr_t attributes;
        detail::throw_if(::pthread_mutexattr_init(&attributes), "pthread_mutexattr_init");
        int error = detail::set_kind(attributes, Kind);
        if (error == 0) error = ::pthread_mutex_init(&mutex_, &attributes);
        ::pthread_mutexattr_destroy(&attributes);
        detail::throw_if(error, "pthread_mutex_init");
    }
    ~PthreadMutex() { ::pthread_mutex_destroy(&mutex_); }
    PthreadMutex(const PthreadMutex&) = delete;
    PthreadMutex& operator=(const PthreadMutex&) = delete;

    void lock() { detail::throw_if(::pthread_mutex_lock(&mutex_), "pthread_mutex_lock"); }
    void unlock() { ::pthread_mutex_unlock(&mutex_); }

private:
    pthread_mutex_t mutex_{};
};

}  // namespace benchmarks
