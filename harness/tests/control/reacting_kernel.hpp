// A kernel whose hardware counters see what the stimuli of a test say that happened, thread by thread.
#pragma once
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <vector>

#include "harness/control/stimulus.hpp"
#include "harness/counters/kernel.hpp"

namespace latchmark::control::tests {

// How often what happened, by the calling thread.
inline std::array<std::uint64_t, kStimuli.size()>& happened() {
    static thread_local std::array<std::uint64_t, kStimuli.size()> times{};
    return times;
}

// Says that it happened, and does nothing.
class Announced final : public Stimulus {
public:
    static constexpr std::uint64_t kTimes = 1'000;
    explicit Announced(StimulusName name) : name_(name) {}
    std::uint64_t run(std::size_t /*worker*/, Stretch stretch) override {
        const std::uint64_t times = stretch == Stretch::idle ? 0 : kTimes;
        happened()[static_cast<std::size_t>(name_)] += times;
        return times;
    }

private:
    StimulusName name_;
};

// Software events are refused, so that the kernel's own exact statistics answer; everything else is the real kernel's.
class ReactingKernel final : public counters::Kernel {
public:
    // By the event's config: how many events it counts for one time. An event that is not here opens, runs, and stays 0.
    std::map<std::uint64_t, std::pair<StimulusName, std::uint64_t>> reactions{};
    counters::Identification cpu{};
    std::vector<std::string> pmus{"cpu"};
    int opened = 0;

    int open_event(const counters::Encoding& encoding, counters::Scope /*scope*/, int leader) override {
        constexpr std::uint32_t kSoftware = 1;
        if (encoding.type == kSoftware) return -ENOENT;
        const std::scoped_lock lock(mutex_);
        const int descriptor = kFirst + opened++;
        groups_[leader < 0 ? descriptor : leader].configs.push_back(encoding.config);
        return descriptor;
    }
    int enable_group(int /*leader*/) override { return 0; }
    int disable_group(int /*leader*/) override { return 0; }

    long read_event(int leader, void* frame, std::size_t bytes) override {
        const std::scoped_lock lock(mutex_);
        Group& group = groups_.at(leader);
        group.time_ns += 1'000'000;
        // No allocation: it might be a page fault of the worker.
        std::array<std::uint64_t, 32> words{group.configs.size(), group.time_ns, group.time_ns};
        std::size_t size = 3;
        for (const std::uint64_t config : group.configs) {
            const auto reaction = reactions.find(config);
            words.at(size++) = reaction == reactions.end()
                                   ? 0
                                   : happened()[static_cast<std::size_t>(reaction->second.first)] * reaction->second.second;
        }
        if (size * sizeof words[0] > bytes) return -ENOSPC;
        std::memcpy(frame, words.data(), size * sizeof words[0]);
        return static_cast<long>(size * sizeof words[0]);
    }

    int open_file(const char* path) override { return counters::real_kernel().open_file(path); }
    long read_file(int descriptor, char* text, std::size_t bytes) override {
        return counters::real_kernel().read_file(descriptor, text, bytes);
    }
    void close(int descriptor) override {
        if (descriptor < kFirst) counters::real_kernel().close(descriptor);
    }
    int usage_of_thread(counters::ThreadUsage& usage) override { return counters::real_kernel().usage_of_thread(usage); }
    std::optional<std::vector<std::string>> names_in(const char* /*folder*/) override { return pmus; }
    counters::Identification identify(unsigned /*cpu*/) override { return cpu; }

private:
    static constexpr int kFirst = 1'000'000;  // above every real descriptor
    struct Group {
        std::vector<std::uint64_t> configs{};
        std::uint64_t time_ns = 0;
    };
    std::mutex mutex_{};  // workers open and read at the same time
    std::map<int, Group> groups_{};
};

}  // namespace latchmark::control::tests
