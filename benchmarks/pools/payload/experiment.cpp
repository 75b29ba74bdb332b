// Data with a task: copied to the executor, or left where they are.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/pools/payload/workload.hpp"
#include "benchmarks/primitives/channels/kernel_buffer.hpp"
#include "benchmarks/primitives/pools/handed_over.hpp"

latchmark::Experiment benchmarks::pools::payload() {
    using latchmark::Team;
    using latchmark::variant;
    return {
        .name = "pools/payload",
        .question = "What do the data of a task cost, when they are copied to the executor and when they are shared?",
        .mechanism =
            "Threads hand over a pointer, processes an offset into shared memory: what follows is the transfer of lines to the "
            "core that reads them. Through a pipe or a socket every byte is copied twice more, into the kernel and out of it.",
        .operation = "task with its payload handed over, its result of the same size handed back, each written and checked whole",
        .baseline = "shared",
        .variants =
            {
                variant<Payload<HandedPointer>>(
                    "pointer", "a pointer to private memory, through a mutex queue",
                    {.teams = {Team::threads},
                     .teams_reason = "a pointer means nothing to another process; shared hands over an offset"}),
                variant<Payload<HandedOffset>>("shared", "an offset into shared memory, through a ring with futexes"),
                variant<Payload<PipeChannel>>("copy_pipe", "written to a pipe and read from it: two copies each way",
                                              {.lacks = lacks_channel<PipeChannel>}),
                variant<Payload<UnixStreamChannel>>("copy_unix", "the same through a pair of Unix stream sockets",
                                                    {.lacks = lacks_channel<UnixStreamChannel>}),
            },
        .workers = latchmark::WorkerSweep::two,
        .teams = {Team::threads, Team::processes},
        .lockstep = true,
        .axes = {{.name = "payload",
                  .unit = "B",
                  .values = {0, 4096, 65536, 1048576},
                  .middle = 4096,
                  .variants = {"pointer", "shared", "copy_pipe"}}},
        .taste = {"shared", "pointer", "copy_pipe"},
        .expects = [](const std::string&, const latchmark::Setting& setting) -> latchmark::Expected {
            return {.operation_ms = 0.01 + 1.2e-6 * setting.parameter("payload")};
        },
        .roles = latchmark::roles::pools(),
    };
}
