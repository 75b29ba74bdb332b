// The real kernel, asked for events in another way than the project asks.
#pragma once
#include <cstddef>
#include <functional>
#include <linux/perf_event.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/counters/kernel.hpp"

namespace latchmark::counters {

class AlteredKernel final : public Kernel {
public:
    using Alter = std::function<void(perf_event_attr&)>;

    // `alter` sees the attributes of a group's first event before it is opened.
    explicit AlteredKernel(Alter alter) : alter_(std::move(alter)) {}

    int open_event(const Encoding& encoding, Scope scope, int leader) override;
    int enable_group(int leader) override { return real_kernel().enable_group(leader); }
    int disable_group(int leader) override { return real_kernel().disable_group(leader); }
    long read_event(int leader, void* frame, std::size_t bytes) override {
        return real_kernel().read_event(leader, frame, bytes);
    }
    int open_file(const char* path) override { return real_kernel().open_file(path); }
    long read_file(int file, char* text, std::size_t bytes) override { return real_kernel().read_file(file, text, bytes); }
    void close(int descriptor) override { real_kernel().close(descriptor); }
    int usage_of_thread(ThreadUsage& usage) override { return real_kernel().usage_of_thread(usage); }
    std::optional<std::vector<std::string>> names_in(const char* folder) override { return real_kernel().names_in(folder); }
    Identification identify(unsigned cpu) override { return real_kernel().identify(cpu); }

private:
    Alter alter_;
};

}  // namespace latchmark::counters
