// What it costs to send objects, against sharing them.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/ipc/structured/workload.hpp"
#include "benchmarks/primitives/channels/channel.hpp"
#include "benchmarks/primitives/channels/kernel_buffer.hpp"

latchmark::Experiment benchmarks::ipc::structured() {
    using latchmark::variant;
    const latchmark::VariantOptions with_boost{.lacks = lacks_channel<PipeChannel>, .absent = std::string(kSharedHomeAbsent)};
    const latchmark::VariantOptions with_pipes{.lacks = lacks_channel<PipeChannel>};
    return {
        .name = "ipc/structured",
        .question = "What does it cost to encode, copy and decode an object graph, where two processes could share it?",
        .mechanism =
            "Encoding reads every object, the pipe copies the bytes twice, and decoding asks the heap for every node and "
            "name anew. A shared graph is written where it is read: only its lines move, and its pointers are distances.",
        .operation = "graph written, handed over, walked through with every reference, and answered",
        .baseline = "shared",
        .variants =
            {
                variant<Structured<ByShare<Change::in_place>>>(
                    "shared", "one graph in shared memory, every node written in place", with_boost),
                variant<Structured<ByShare<Change::rebuilt>>>("shared_rebuilt", "the same, made anew each time", with_boost),
                variant<Structured<ByCopy<BinaryFormat>>>("binary", "encoded as it lies in memory, through a pipe, decoded",
                                                          with_pipes),
                variant<Structured<ByCopy<TextFormat>>>("text", "encoded in decimal digits, through a pipe, decoded", with_pipes),
            },
        .workers = latchmark::WorkerSweep::two,
        .teams = {latchmark::Team::processes},
        .lockstep = true,
        .axes = {{.name = "nodes", .unit = "1", .values = {10, 1'000, 5'000}, .middle = 1'000}},
        .taste = {"shared", "binary", "text"},
        .baseline_is_floor = true,
        .expects = [](const std::string&, const latchmark::Setting& setting) -> latchmark::Expected {
            return {.operation_ms = 2e-4 * setting.parameter("nodes")};
        },
        .roles = latchmark::roles::ipc(),
    };
}
