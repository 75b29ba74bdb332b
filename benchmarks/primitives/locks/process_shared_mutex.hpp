// A POSIX mutex that works between processes as well as between threads.
#pragma once
#include <pthread.h>
#include <system_error>

namespace benchmarks {

// std::mutex uses private futexes: a worker of another process that sleeps on it is never woken. A process-shared mutex is also
// never elided by glibc, however many threads the process has.
class ProcessSharedMutex {
public:
    ProcessSharedMutex() {
        pthread_mutexattr_t attributes;
        throw_if(::pthread_mutexattr_init(&attributes), "pthread_mutexattr_init");
        int error = ::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
        if (error == 0) error = ::pthread_mutex_init(&mutex_, &attributes);
        ::pthread_mutexattr_destroy(&attributes);
        throw_if(error, "process-shared pthread_mutex_init");
    }
    ~ProcessSharedMutex() { ::pthread_mutex_destroy(&mutex_); }
    ProcessSharedMutex(const ProcessSharedMutex&) = delete;
    ProcessSharedMutex& operator=(const ProcessSharedMutex&) = delete;

    void lock() { throw_if(::pthread_mutex_lock(&mutex_), "pthread_mutex_lock"); }
    void unlock() { ::pthread_mutex_unlock(&mutex_); }

private:
    static void throw_if(int error, const char* call) {
        if (error != 0) throw std::system_error(error, std::generic_category(), call);
    }

    pthread_mutex_t mutex_{};
};

}  // namespace benchmarks
