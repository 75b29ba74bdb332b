// What a workload is: a class that does operations and can prove that it did them.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "latchmark/base/latency_recorder.hpp"
#include "latchmark/base/setting.hpp"

namespace latchmark {

// Built once for a point, in memory that worker processes share. `run` is called by each worker with its index and does
// that many operations: the hot loop belongs to the workload. `verify` gets all operations of the team since it was built.
template <typename W>
concept Workload = std::constructible_from<W, const Setting&> &&
    requires(W workload, const W& finished, std::size_t worker, std::uint64_t operations) {
    { workload.run(worker, operations) } -> std::same_as<void>;
    { finished.verify(operations) } -> std::same_as<bool>;
};

// Optional: records the latency of single operations, which costs clock reads and so is never measured with throughput.
template <typename W>
concept RecordsLatency = requires(W workload, LatencyRecorder& recorder) {
    workload.run(std::size_t{}, std::uint64_t{}, recorder);
};

// Optional: counts events under the names in W::kTallies, in points of their own. `tallies` belongs to the worker.
template <typename W>
concept CountsTallies = requires(W workload, std::span<std::uint64_t> tallies) {
    workload.run(std::size_t{}, std::uint64_t{}, tallies);
    W::kTallies.size();
};

// A workload whose type is erased: one virtual call a batch, never one an operation.
class AnyWorkload {
public:
    AnyWorkload() = default;
    AnyWorkload(const AnyWorkload&) = delete;
    AnyWorkload& operator=(const AnyWorkload&) = delete;
    virtual ~AnyWorkload() = default;

    virtual void run(std::size_t worker, std::uint64_t operations) = 0;
    virtual void run(std::size_t worker, std::uint64_t operations, LatencyRecorder& recorder) = 0;
    virtual void run(std::size_t worker, std::uint64_t operations, std::span<std::uint64_t> tallies) = 0;
    [[nodiscard]] virtual bool verify(std::uint64_t operations) const = 0;
};

// Lives in `Setting::memory`, not on the heap: a worker process sees the same object.
struct WorkloadDeleter {
    std::pmr::memory_resource* memory = nullptr;
    std::size_t size = 0;
    std::size_t alignment = 0;
    void operator()(AnyWorkload* workload) const {
        workload->~AnyWorkload();
        memory->deallocate(workload, size, alignment);
    }
};
using OwnedWorkload = std::unique_ptr<AnyWorkload, WorkloadDeleter>;
using WorkloadMaker = std::function<OwnedWorkload(const Setting&)>;

namespace detail {

template <Workload W>
class Erased final : public AnyWorkload {
public:
    explicit Erased(const Setting& setting) : workload_(setting) {}

    void run(std::size_t worker, std::uint64_t operations) override { workload_.run(worker, operations); }
    void run(std::size_t worker, std::uint64_t operations, [[maybe_unused]] LatencyRecorder& recorder) override {
        if constexpr (RecordsLatency<W>)
            workload_.run(worker, operations, recorder);
        else
            workload_.run(worker, operations);
    }
    void run(std::size_t worker, std::uint64_t operations, [[maybe_unused]] std::span<std::uint64_t> tallies) override {
        if constexpr (CountsTallies<W>)
            workload_.run(worker, operations, tallies);
        else
            workload_.run(worker, operations);
    }
    [[nodiscard]] bool verify(std::uint64_t operations) const override { return workload_.verify(operations); }

private:
    W workload_;
};

}  // namespace detail

template <Workload W>
[[nodiscard]] OwnedWorkload make_workload(const Setting& setting) {
    using Object = Isolated<detail::Erased<W>>;  // nothing of ours shares a block with the workload
    static constexpr std::size_t kAlignment = alignof(Object) > kIsolationSize ? alignof(Object) : kIsolationSize;
    void* place = setting.memory->allocate(sizeof(Object), kAlignment);
    try {
        auto* workload = new (place) detail::Erased<W>(setting);
        return OwnedWorkload(workload, WorkloadDeleter{setting.memory, sizeof(Object), kAlignment});
    } catch (...) {
        setting.memory->deallocate(place, sizeof(Object), kAlignment);
        throw;
    }
}

template <Workload W>
[[nodiscard]] std::vector<std::string> tallies_of() {
    if constexpr (CountsTallies<W>)
        return {W::kTallies.begin(), W::kTallies.end()};
    else
        return {};
}

}  // namespace latchmark
