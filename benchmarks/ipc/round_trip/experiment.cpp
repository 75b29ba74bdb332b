// There and back over every transport, from one word to megabytes.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/ipc/round_trip/workload.hpp"
#include "benchmarks/primitives/channels/channels.hpp"

namespace {

using latchmark::Team;
using enum benchmarks::ipc::Touched;

// Threads beside processes for the pipe and the rings: elsewhere they would only repeat what these say.
enum class Teams { both, processes };

latchmark::VariantOptions processes_only() {
    return {.teams = {Team::processes}, .teams_reason = "pipe, ring_futex and ring_spinning tell what threads make of it"};
}

template <benchmarks::Channel Transport, benchmarks::ipc::Touched Part = all>
latchmark::Variant over(const char* name, const char* summary, Teams teams = Teams::processes) {
    auto options = teams == Teams::processes ? processes_only() : latchmark::VariantOptions{};
    options.lacks = benchmarks::lacks_channel<Transport>;
    return latchmark::variant<benchmarks::ipc::RoundTrip<Transport, Part>>(name, summary, options);
}

}  // namespace

latchmark::Experiment benchmarks::ipc::round_trip() {
    using enum latchmark::Placement;
    return {
        .name = "ipc/round_trip",
        .question = "How long does a message take to another process and an answer back, over which transport?",
        .mechanism =
            "The kernel's transports cost calls, a copy into the kernel and another out of it, and waking who sleeps. In shared "
            "memory only cache lines travel, and what costs is how an end waits.",
        .operation = "round trip: a message written, sent, received and checked, and an answer likewise",
        .baseline = "pipe",
        .variants =
            {
                over<PipeChannel>("pipe", "two pipes; 2 copies", Teams::both),
                over<SpinningPipeChannel>("pipe_spinning", "two pipes, asked again until they answer; 2 copies"),
                over<UnixStreamChannel>("unix_stream", "Unix socket pair; 2 copies"),
                over<UnixSeqpacketChannel>("unix_seqpacket", "the same in packets of up to 32 KiB; 2 copies"),
                over<UnixDatagramChannel>("unix_datagram", "the same in datagrams of up to 32 KiB; 2 copies"),
                over<TcpChannel>("tcp", "TCP to 127.0.0.1 without delay; 2 copies"),
                over<MessageQueueChannel>("posix_mq", "POSIX message queues, pieces of up to 8 KiB; 2 copies"),
                over<UringStreamChannel>("io_uring", "Unix socket pair, each call through an io_uring; 2 copies"),
                over<VmsplicedPipeChannel>("vmsplice", "pages put into a pipe, copied out of it; 1 copy"),
                over<RemoteReadChannel>("process_vm_readv", "copied out of the sender's memory, futexes tell when; 1 copy"),
                over<HandedOverMemfdChannel>("memfd", "a memfd handed over, mapped and unmapped; no copy"),
                over<EventFdRing>("ring_eventfd", "shared memory, sleeping on eventfds; no copy"),
                over<FutexRing>("ring_futex", "shared memory, sleeping on futexes; no copy", Teams::both),
                over<SpinningRing>("ring_spinning", "shared memory, never sleeping; no copy", Teams::both),
                over<FutexRing, ends>("ring_untouched", "ring_futex; only a message's two ends are written and checked"),
                latchmark::variant<NoTransport>("no_transport", "writes and checks as much, and sends nothing: the floor",
                                                processes_only()),
            },
        .workers = latchmark::WorkerSweep::two,
        .teams = {Team::processes, Team::threads},
        .placements = {same_cpu, same_core, same_llc, other_llc, other_socket},
        .lockstep = true,
        .axes = {{.name = "payload",
                  .unit = "B",
                  .values = {8, 64, 4096, 65536, 1048576, 4194304},
                  .middle = 64,
                  .variants = {"pipe", "process_vm_readv", "memfd", "ring_spinning", "ring_untouched", "no_transport"},
                  .in_taste = true,
                  .taste_values = {65536}}},
        .taste = {"pipe", "tcp", "ring_futex", "ring_spinning"},
        .expects = [](const std::string&, const latchmark::Setting& setting) -> latchmark::Expected {
            return {.operation_ms = 0.01 + 6e-7 * setting.parameter("payload")};
        },
        .roles = latchmark::roles::ipc(),
    };
}
