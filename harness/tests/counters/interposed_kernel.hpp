// A scripted kernel behind a layer in which single calls can be replaced.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/tests/counters/scripted_kernel.hpp"

namespace latchmark::counters {

class Interposed : public Kernel {
public:
    ScriptedKernel below{};

    int open_event(const Encoding& encoding, Scope scope, int leader) override {
        return below.open_event(encoding, scope, leader);
    }
    int enable_group(int leader) override { return below.enable_group(leader); }
    int disable_group(int leader) override { return below.disable_group(leader); }
    long read_event(int leader, void* frame, std::size_t bytes) override { return below.read_event(leader, frame, bytes); }
    int open_file(const char* path) override { return below.open_file(path); }
    long read_file(int descriptor, char* text, std::size_t bytes) override { return below.read_file(descriptor, text, bytes); }
    void close(int descriptor) override { below.close(descriptor); }
    int usage_of_thread(ThreadUsage& usage) override { return below.usage_of_thread(usage); }
    std::optional<std::vector<std::string>> names_in(const char* folder) override { return below.names_in(folder); }
    Identification identify(unsigned cpu) override { return below.identify(cpu); }
};

}  // namespace latchmark::counters
