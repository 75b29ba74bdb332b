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
#include "latchmark/base/quantity.hpp"
#include "latchmark/base/setting.hpp"
#include "latchmark/base/unavailable.hpp"

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

// Optional: counts under the names in W::kFinalTallies that are known only when the team has ended, such as updates that were
// lost. Asked with all operations of the team since the workload was built, in the points that are taken for counts.
template <typename W>
concept CountsFinalTallies = requires(const W& finished, std::uint64_t operations, std::span<std::uint64_t> tallies) {
    { finished.final_tallies(operations, tallies) } -> std::same_as<void>;
    W::kFinalTallies.size();
};

// Optional: workers that do different work. W::part_of(worker, workers) is an index into the names W::kParts; worker 0 is always
// of the first part, which is the subject: time per operation, throughput and shares are its own, the others' times stand apart.
template <typename W>
concept HasParts = requires(std::size_t worker, std::size_t workers) {
    { W::part_of(worker, workers) } -> std::same_as<std::size_t>;
    W::kParts.size();
};

// Optional: values of W::kQuantities, in their order, each with a reason where it could not be had. Asked once, when the team has
// ended, in every launch of every purpose: what gathering them costs must not fall into an operation.
template <typename W>
concept MeasuresQuantities = requires(const W& finished) {
    { finished.quantities() } -> std::same_as<std::vector<OrUnavailable<double>>>;
    W::kQuantities.size();
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
    virtual void final_tallies(std::uint64_t operations, std::span<std::uint64_t> tallies) const = 0;
    [[nodiscard]] virtual std::vector<OrUnavailable<double>> quantities() const = 0;
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
    void final_tallies([[maybe_unused]] std::uint64_t operations,
                       [[maybe_unused]] std::span<std::uint64_t> tallies) const override {
        if constexpr (CountsFinalTallies<W>) workload_.final_tallies(operations, tallies);
    }
    [[nodiscard]] std::vector<OrUnavailable<double>> quantities() const override {
        if constexpr (MeasuresQuantities<W>)
            return workload_.quantities();
        else
            return {};
    }

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

template <Workload W>
[[nodiscard]] std::vector<std::string> final_tallies_of() {
    if constexpr (CountsFinalTallies<W>)
        return {W::kFinalTallies.begin(), W::kFinalTallies.end()};
    else
        return {};
}

template <Workload W>
[[nodiscard]] std::vector<Quantity> quantities_of() {
    if constexpr (MeasuresQuantities<W>)
        return {W::kQuantities.begin(), W::kQuantities.end()};
    else
        return {};
}

// Which part each worker has, in teams whose workers differ.
struct Parts {
    std::vector<std::string> names{};  // empty: all workers do the same
    std::function<std::size_t(std::size_t worker, std::size_t workers)> of{};
};

template <Workload W>
[[nodiscard]] Parts parts_of() {
    if constexpr (HasParts<W>)
        return {.names = {W::kParts.begin(), W::kParts.end()},
                .of = [](std::size_t worker, std::size_t workers) { return W::part_of(worker, workers); }};
    else
        return {};
}

}  // namespace latchmark
