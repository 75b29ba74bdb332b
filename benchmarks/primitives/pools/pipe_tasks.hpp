// Tasks through one pipe, which all executors read, and results through another, which all write.
#pragma once
#include <algorithm>
#include <cstddef>

#include "benchmarks/primitives/pools/record_pipe.hpp"
#include "benchmarks/primitives/pools/task.hpp"
#include "latchmark/base/setting.hpp"

namespace benchmarks {

class PipeTasks {
public:
    explicit PipeTasks(const latchmark::Setting& /*setting*/) {}

    [[nodiscard]] std::size_t most_outstanding() const { return std::min(tasks_.records(), results_.records()); }
    void submit(const Task& task) { tasks_.push(task); }
    [[nodiscard]] Task take(std::size_t /*executor*/) { return tasks_.pop(); }
    void finish(std::size_t /*executor*/, const Done& done) { results_.push(done); }
    [[nodiscard]] Done collect() { return results_.pop(); }
    [[nodiscard]] bool try_collect(Done& done) { return results_.try_pop(done); }

private:
    RecordPipe<Task> tasks_;
    RecordPipe<Done> results_;
};

}  // namespace benchmarks
