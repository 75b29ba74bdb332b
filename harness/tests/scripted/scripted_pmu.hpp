// A kernel whose hardware events count what the workload says has happened; all else is the real kernel's.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/counters/kernel.hpp"
#include "harness/tests/scripted/script.hpp"

namespace latchmark::scripted {

// Any thread and any forked process may use it: what changes belongs to the calling thread.
class ScriptedPmu final : public counters::Kernel {
public:
    explicit ScriptedPmu(Script script) : script_(std::move(script)) {}

    int open_event(const counters::Encoding& encoding, counters::Scope scope, int leader) override;
    int enable_group(int leader) override;
    int disable_group(int leader) override;
    // Besides its operations each event counts 1 a read, as real ones count the reading itself: none is ever 0 while it counts.
    long read_event(int leader, void* frame, std::size_t bytes) override;
    int open_file(const char* path) override;
    long read_file(int descriptor, char* text, std::size_t bytes) override;
    void close(int descriptor) override;
    int usage_of_thread(counters::ThreadUsage& usage) override;
    std::optional<std::vector<std::string>> names_in(const char* folder) override;
    counters::Identification identify(unsigned /*cpu*/) override { return script_.cpu->identification; }
    [[nodiscard]] std::optional<std::string> script() const override { return std::string(script_.cpu->sentence); }

private:
    [[nodiscard]] bool suffers() const;
    [[nodiscard]] bool is_interrupted() const;
    [[nodiscard]] const GroupFaults& faults_of(int leader) const;
    [[nodiscard]] long read_script(int leader, void* frame, std::size_t bytes) const;
    [[nodiscard]] std::optional<std::string> path_in_pmu(std::string_view path) const;

    Script script_;
};

}  // namespace latchmark::scripted
