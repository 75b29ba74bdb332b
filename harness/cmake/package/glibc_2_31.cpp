// What do we, and libstdc++ 12 built on a newer C library, ask for that glibc 2.31 lacks? Linked into packaged binaries only.
#include <array>
#include <csignal>
#include <cstdint>
#include <pthread.h>
#include <string.h>  // NOLINT(modernize-deprecated-headers): declares what is defined here
#include <sys/random.h>
#include <sys/single_threaded.h>

// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming): names of glibc and of the linker
extern "C" {

// What glibc takes itself for turns with the first thread, in old versions and in new ones; so does this, and never back.
char __libc_single_threaded = 1;

int __real_pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument);
int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
    __libc_single_threaded = 0;
    return __real_pthread_create(thread, attributes, start, argument);
}

// Since glibc 2.36. So few bytes come whole or not at all, and not at all only while the kernel has gathered none: asked again.
std::uint32_t arc4random() {
    std::uint32_t value = 0;
    while (getrandom(&value, sizeof(value), 0) != static_cast<ssize_t>(sizeof(value))) {
    }
    return value;
}

// Called between fork and exec: the texts of known errors are constants, and only of an unknown one a copy would be made.
const char* strerrordesc_np(int error) {
    static std::array<char, 64> unknown;
    return strerror_r(error, unknown.data(), unknown.size());
}

const char* sigabbrev_np(int signal) {
    switch (signal) {
        case SIGHUP:
            return "HUP";
        case SIGINT:
            return "INT";
        case SIGQUIT:
            return "QUIT";
        case SIGILL:
            return "ILL";
        case SIGTRAP:
            return "TRAP";
        case SIGABRT:
            return "ABRT";
        case SIGBUS:
            return "BUS";
        case SIGFPE:
            return "FPE";
        case SIGKILL:
            return "KILL";
        case SIGUSR1:
            return "USR1";
        case SIGSEGV:
            return "SEGV";
        case SIGUSR2:
            return "USR2";
        case SIGPIPE:
            return "PIPE";
        case SIGALRM:
            return "ALRM";
        case SIGTERM:
            return "TERM";
        case SIGXCPU:
            return "XCPU";
        case SIGXFSZ:
            return "XFSZ";
        case SIGSYS:
            return "SYS";
        default:
            return nullptr;
    }
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)
