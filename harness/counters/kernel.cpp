// The kernel's real answers.
#include "harness/counters/kernel.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

#include "harness/counters/identify.hpp"

namespace latchmark::counters {
namespace {

// perf's switches take whole groups; the flag's type differs between the headers of the kernel and of ioctl.
int switch_group(int leader, unsigned long request) {
    return ::ioctl(leader, request, static_cast<unsigned long>(PERF_IOC_FLAG_GROUP)) < 0 ? -errno : 0;
}

class RealKernel final : public Kernel {
public:
    int open_event(const Encoding& encoding, Scope scope, int leader) override {
        perf_event_attr attributes{};
        attributes.size = sizeof attributes;
        attributes.type = encoding.type;
        attributes.config = encoding.config;
        attributes.config1 = encoding.config1;
        attributes.config2 = encoding.config2;
        const bool leads = leader < 0;
        attributes.disabled = leads;
        // Arm's kernel leaves a disabled leader out when it checks whether the group fits, and accepts one event too many: the
        // group then never runs. It counts a leader that would start on exec. Workers never exec, so nothing else changes.
        attributes.enable_on_exec = leads;
        attributes.exclude_kernel = scope == Scope::user;
        attributes.exclude_hv = scope == Scope::user;
        attributes.exclude_user = scope == Scope::kernel;
        attributes.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
        const long descriptor = ::syscall(SYS_perf_event_open, &attributes, 0, -1, leader, PERF_FLAG_FD_CLOEXEC);
        return descriptor < 0 ? -errno : static_cast<int>(descriptor);
    }

    int enable_group(int leader) override { return switch_group(leader, PERF_EVENT_IOC_ENABLE); }
    int disable_group(int leader) override { return switch_group(leader, PERF_EVENT_IOC_DISABLE); }

    long read_event(int leader, void* frame, std::size_t bytes) override {
        // Not read(): glibc's costs four times the instructions once the process has threads, and they would be counted.
        const long result = ::syscall(SYS_read, leader, frame, bytes);
        return result < 0 ? -errno : result;
    }

    int open_file(const char* path) override {
        const int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
        return descriptor < 0 ? -errno : descriptor;
    }

    long read_file(int descriptor, char* text, std::size_t bytes) override {
        const ssize_t result = ::pread(descriptor, text, bytes, 0);
        return result < 0 ? -errno : static_cast<long>(result);
    }

    void close(int descriptor) override { ::close(descriptor); }

    int usage_of_thread(ThreadUsage& usage) override {
        rusage answer{};
        if (::getrusage(RUSAGE_THREAD, &answer) < 0) return -errno;
        usage = {static_cast<std::uint64_t>(answer.ru_minflt), static_cast<std::uint64_t>(answer.ru_majflt),
                 static_cast<std::uint64_t>(answer.ru_nvcsw), static_cast<std::uint64_t>(answer.ru_nivcsw)};
        return 0;
    }

    std::optional<std::vector<std::string>> names_in(const char* folder) override {
        std::error_code error;
        std::filesystem::directory_iterator entries(folder, error);
        if (error) return std::nullopt;
        std::vector<std::string> names;
        for (const std::filesystem::directory_iterator end; !error && entries != end; entries.increment(error))
            names.push_back(entries->path().filename().string());
        if (error) return std::nullopt;
        std::ranges::sort(names);
        return names;
    }

    Identification identify(unsigned cpu) override { return identification_of(cpu); }
};

Kernel*& kernel_pointer() {
    static Kernel* kernel = &real_kernel();
    return kernel;
}

}  // namespace

Kernel& real_kernel() {
    static RealKernel kernel;
    return kernel;
}

Kernel& kernel_in_use() { return *kernel_pointer(); }
void use_kernel(Kernel& kernel) { kernel_pointer() = &kernel; }

}  // namespace latchmark::counters
