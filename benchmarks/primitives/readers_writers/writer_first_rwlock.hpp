// A POSIX read-write lock that lets no new reader in while a writer waits.
#pragma once
#include <pthread.h>
#include <system_error>

namespace benchmarks {

// Without the attribute glibc prefers readers, and std::shared_mutex cannot ask for anything else. glibc ignores the plain
// "prefer writer" kind, which would have to allow recursive reading: only the non-recursive one does what its name says.
class WriterFirstRwlock {
public:
    WriterFirstRwlock() {
        pthread_rwlockattr_t attributes;
        throw_if(::pthread_rwlockattr_init(&attributes), "pthread_rwlockattr_init");
        int error = ::pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
        if (error == 0) error = ::pthread_rwlock_init(&lock_, &attributes);
        ::pthread_rwlockattr_destroy(&attributes);
        throw_if(error, "pthread_rwlock_init that prefers writers");
    }
    ~WriterFirstRwlock() { ::pthread_rwlock_destroy(&lock_); }
    WriterFirstRwlock(const WriterFirstRwlock&) = delete;
    WriterFirstRwlock& operator=(const WriterFirstRwlock&) = delete;

    void lock() { throw_if(::pthread_rwlock_wrlock(&lock_), "pthread_rwlock_wrlock"); }
    void unlock() { ::pthread_rwlock_unlock(&lock_); }
    void lock_shared() { throw_if(::pthread_rwlock_rdlock(&lock_), "pthread_rwlock_rdlock"); }
    void unlock_shared() { ::pthread_rwlock_unlock(&lock_); }

private:
    static void throw_if(int error, const char* call) {
        if (error != 0) throw std::system_error(error, std::generic_category(), call);
    }

    pthread_rwlock_t lock_{};
};

}  // namespace benchmarks
