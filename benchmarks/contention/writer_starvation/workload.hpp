// One worker that writes a record, and others that go on reading it.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "benchmarks/primitives/snapshots/record.hpp"
#include "latchmark/base/chain.hpp"
#include "latchmark/base/clock.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::contention {

// `Shared` is the record and what protects it. Readers hold on to it for a while, and everybody pauses between operations: with
// a lock that readers share, a writer's only chance is a moment in which they all pause.
template <typename Shared>
class OneWriter {
public:
    static constexpr std::array<std::string_view, 2> kParts{"writer", "reader"};
    static std::size_t part_of(std::size_t worker, std::size_t /*workers*/) { return worker == 0 ? 0 : 1; }

    explicit OneWriter(const latchmark::Setting& setting)
        : shared_(setting.workers, setting.memory),
          section_steps_(setting.chain_steps(setting.parameter("section_ns"))),
          pause_steps_(setting.chain_steps(setting.parameter("pause_ns"))),
          workers_(setting.workers, setting.memory) {}

    void run(std::size_t worker, std::uint64_t operations) {
        run_with(worker, operations, [&] { shared_.write(worker); });
    }

    // From asking until having written: the writer's alone.
    void run(std::size_t worker, std::uint64_t operations, latchmark::LatencyRecorder& recorder) {
        run_with(worker, operations, [&] {
            const std::uint64_t asked_ns = latchmark::now_ns();
            shared_.write(worker);
            recorder.record(latchmark::now_ns() - asked_ns);
        });
    }

    [[nodiscard]] bool verify(std::uint64_t operations) const {
        std::uint64_t done = 0;
        std::uint64_t torn = 0;
        for (const auto& worker : workers_) {
            done += worker.value.done;
            torn += worker.value.torn;
        }
        const Record latest = shared_.latest();
        return done == operations && torn == 0 && latest.is_whole() && latest.words[0] == workers_[0].value.done;
    }

private:
    struct Worker {
        std::uint64_t done = 0;
        std::uint64_t torn = 0;
    };

    template <typename Write>
    void run_with(std::size_t worker, std::uint64_t operations, Write write) {
        attach_this_thread(shared_);
        if (worker == 0)
            repeat(operations, [&](latchmark::Chain&) { write(); });
        else
            read(worker, operations);
        workers_[worker].value.done += operations;
    }

    void read(std::size_t worker, std::uint64_t operations) {
        std::uint64_t torn = 0;
        repeat(operations, [&](latchmark::Chain& work) {
            const Record seen = shared_.read(worker, [&work, steps = section_steps_](std::uint64_t inside) {
                work.follow(inside);
                work.run(steps);
            });
            if (!seen.is_whole()) ++torn;
        });
        workers_[worker].value.torn += torn;
    }

    template <typename Operation>
    void repeat(std::uint64_t operations, Operation operation) const {
        latchmark::Chain work;
        for (std::uint64_t i = 0; i < operations; ++i) {
            operation(work);
            work.run(pause_steps_);
        }
    }

    Shared shared_;
    std::uint64_t section_steps_;
    std::uint64_t pause_steps_;
    latchmark::Slots<latchmark::Isolated<Worker>> workers_;
};

}  // namespace benchmarks::contention
