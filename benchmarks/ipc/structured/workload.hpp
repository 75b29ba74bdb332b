// An object graph goes from one process to another: encoded, copied and decoded, or shared.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>

#include "benchmarks/primitives/channels/kernel_buffer.hpp"
#include "benchmarks/primitives/graphs/formats.hpp"
#include "benchmarks/primitives/graphs/graph.hpp"
#include "benchmarks/primitives/graphs/own_home.hpp"
#include "benchmarks/primitives/graphs/shared_home.hpp"
#include "benchmarks/primitives/processes/descriptor.hpp"
#include "latchmark/base/isolated.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks::ipc {

// One direction. Its ends are open in both processes: neither sees the other's end in it, only its silence.
class BytePipe {
public:
    BytePipe() {
        std::array<int, 2> ends{};
        checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
        out_ = Descriptor(ends[0]);
        in_ = Descriptor(ends[1]);
    }

    void write(const void* data, std::size_t bytes) const {
        write_whole(in_.get(), {static_cast<const std::byte*>(data), bytes}, SIZE_MAX);
    }
    void read(void* data, std::size_t bytes) const { read_whole(out_.get(), {static_cast<std::byte*>(data), bytes}); }

private:
    Descriptor out_;
    Descriptor in_;
};

// In front of each graph, or alone where the graph is shared.
struct Announcement {
    std::uint64_t version = 0;
    std::uint64_t sum = 0;
    std::uint64_t bytes = 0;  // that follow
};

// `Means` of handing a graph over: `send(version, pipe)` writes each node first, `receive(announced, pipe)` returns the sum of
// what has come.

// One graph, in memory of both. The pipe tells that it has been written.
enum class Change { in_place, rebuilt };
template <Change kChange>
class ByShare {
public:
    ByShare(const latchmark::Setting& setting, NodeNumber nodes)
        : nodes_(nodes),
          block_(kBytesBeside + nodes * kBytesANode, setting.memory),
          home_(block_.begin(), block_.size()),
          graph_(home_) {
        graph_.build(nodes_);
    }

    void send(std::uint64_t version, const BytePipe& pipe) {
        if constexpr (kChange == Change::rebuilt) graph_.build(nodes_);
        const Announcement announcement{.version = version, .sum = graph_.write(version)};
        pipe.write(&announcement, sizeof(announcement));
    }

    [[nodiscard]] std::uint64_t receive(const Announcement& /*announced*/, const BytePipe& /*pipe*/) {
        return graph_.nodes().size() == nodes_ ? graph_.checked_sum() : 0;
    }

private:
    // A node takes some 200 bytes with its name and what the allocator keeps; twice as much leaves room for holes.
    static constexpr std::size_t kBytesANode = 512;
    static constexpr std::size_t kBytesBeside = 65536;

    NodeNumber nodes_;
    latchmark::Slots<std::byte> block_;
    SharedHome home_;
    Graph<SharedHome> graph_;
};

// A graph of its own at each end. They lie on the heap, outside of what processes share: each end must change its own copy.
template <typename Format>
class ByCopy {
public:
    ByCopy(const latchmark::Setting& /*setting*/, NodeNumber nodes)
        : sender_(std::make_unique<End>()), receiver_(std::make_unique<End>()) {
        sender_->graph.build(nodes);
    }

    void send(std::uint64_t version, const BytePipe& pipe) {
        const std::uint64_t sum = sender_->graph.write(version);
        encode<Format>(sender_->graph, sender_->bytes);
        const Announcement announcement{.version = version, .sum = sum, .bytes = sender_->bytes.size()};
        pipe.write(&announcement, sizeof(announcement));
        pipe.write(sender_->bytes.data(), sender_->bytes.size());
    }

    [[nodiscard]] std::uint64_t receive(const Announcement& announced, const BytePipe& pipe) {
        std::string& bytes = receiver_->bytes;
        bytes.resize(announced.bytes);
        pipe.read(bytes.data(), bytes.size());
        return decode<Format>(bytes, receiver_->graph) ? receiver_->graph.checked_sum() : 0;
    }

private:
    struct End {
        OwnHome home{};
        OwnGraph graph{home};
        std::string bytes{};
    };
    std::unique_ptr<End> sender_;
    std::unique_ptr<End> receiver_;
};

// Worker 0 changes the graph and hands it over, worker 1 walks through it and answers. Lockstep.
template <typename Means>
class Structured {
public:
    explicit Structured(const latchmark::Setting& setting)
        : means_(setting, static_cast<NodeNumber>(setting.parameter("nodes"))), ends_(2, setting.memory) {
        if (setting.workers != 2) throw std::invalid_argument("one sender and one receiver are two workers");
    }

    void run(std::size_t worker, std::uint64_t operations) {
        for (std::uint64_t i = 0; i < operations; ++i) {
            if (worker == 0)
                send();
            else
                receive();
        }
    }

    // All graphs arrived, in order, and their sums were those of what was sent.
    [[nodiscard]] bool verify(std::uint64_t operations) const {
        const End& sender = ends_[0].value;
        const End& receiver = ends_[1].value;
        return sender.wrong + receiver.wrong == 0 && sender.graphs == receiver.graphs &&
               sender.graphs + receiver.graphs == operations;
    }

protected:
    struct End {
        std::uint64_t graphs = 0;
        std::uint64_t wrong = 0;
    };

    void send() {
        End& self = ends_[0].value;
        const std::uint64_t version = ++self.graphs;
        means_.send(version, there_);
        // The graph is the receiver's until it has answered.
        std::uint64_t answer = 0;
        back_.read(&answer, sizeof(answer));
        if (answer != version) ++self.wrong;
    }

    void receive() {
        End& self = ends_[1].value;
        Announcement announced;
        there_.read(&announced, sizeof(announced));
        const std::uint64_t sum = means_.receive(announced, there_);
        ++self.graphs;
        if (sum != announced.sum || announced.version != self.graphs) ++self.wrong;
        back_.write(&self.graphs, sizeof(self.graphs));
    }

    Means means_;
    latchmark::Slots<latchmark::Isolated<End>> ends_;
    BytePipe there_;
    BytePipe back_;
};

}  // namespace benchmarks::ipc
