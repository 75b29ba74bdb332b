// A kernel made of knobs: each system call of the counters can be made to fail, fall short or lie.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/counters/kernel.hpp"

namespace latchmark::counters {

class ScriptedKernel final : public Kernel {
public:
    // Every read of a group adds these to each member's value and to the times.
    std::uint64_t step = 1'000, enabled_step_ns = 1'000'000, running_step_ns = 1'000'000;
    std::size_t room = 100;       // members beyond it are refused with EINVAL
    std::size_t runs_with = 100;  // a group with more members opens and never runs
    int interruptions = 0;        // so many calls in a row are interrupted
    int open_error = 0;           // of all events
    int kernel_scope_error = 0;   // of events that count in the kernel
    int enable_error = 0;
    std::map<std::uint64_t, int> open_errors;  // by config, of hardware events
    std::optional<long> group_read;            // what reading a group gives instead of a frame
    std::optional<std::string> schedstat = "123456 1000 1";
    int usage_error = 0;
    std::optional<std::vector<std::string>> pmus{{"cpu", "software", "uncore_imc_0"}};
    bool goes_backwards = false;
    ThreadUsage usage{};
    Identification cpu{};                                     // what every CPU names itself
    std::map<unsigned, Identification> other_cpus;            // what these call themselves instead
    std::map<std::string, std::vector<std::string>> folders;  // names in folders other than that of the PMUs
    std::map<std::string, std::string> files{{"/proc/sys/kernel/perf_event_paranoid", "2\n"}};  // contents, schedstat's aside
    std::optional<long> file_read;  // what reading any of them gives instead

    std::set<int> open_descriptors;  // what is open now
    std::size_t opened = 0;          // how many were ever opened
    std::vector<std::string> calls;  // reads in their order: "hardware", "software", "rusage", "schedstat"
    std::vector<Encoding> asked;     // events in the order in which they were asked for, refused ones included

    int open_event(const Encoding& encoding, Scope scope, int leader) override;
    int enable_group(int leader) override;
    int disable_group(int leader) override;
    long read_event(int leader, void* frame, std::size_t bytes) override;
    int open_file(const char* path) override;
    long read_file(int descriptor, char* text, std::size_t bytes) override;
    void close(int descriptor) override;
    int usage_of_thread(ThreadUsage& answer) override;
    std::optional<std::vector<std::string>> names_in(const char* folder) override;
    Identification identify(unsigned id) override;

private:
    struct Group {
        bool is_software = false;
        std::vector<int> members;
        std::uint64_t value = 0, enabled_ns = 0, running_ns = 0;
    };
    [[nodiscard]] bool is_interrupted();
    [[nodiscard]] int next_descriptor();

    std::map<int, Group> groups_;
    std::map<int, std::string> files_;
    int last_descriptor_ = 2;
};

}  // namespace latchmark::counters
