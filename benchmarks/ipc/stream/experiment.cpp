// One way, as fast as it goes, over every transport.
#include "benchmarks/catalogue.hpp"
#include "benchmarks/ipc/stream/workload.hpp"
#include "benchmarks/primitives/channels/channels.hpp"

namespace {

template <benchmarks::Channel Transport>
latchmark::Variant over(const char* name, const char* summary) {
    return latchmark::variant<benchmarks::ipc::Stream<Transport>>(name, summary, {.lacks = benchmarks::lacks_channel<Transport>});
}

}  // namespace

latchmark::Experiment benchmarks::ipc::stream() {
    using enum latchmark::Placement;
    return {
        .name = "ipc/stream",
        .question = "How many bytes a second does a transport carry from one process to another?",
        .mechanism =
            "When messages follow one another, wake-ups become rare and copies remain: into the kernel and out of it, or none "
            "where both ends work in the same memory. Small messages are bound by their number, large ones by their bytes.",
        .operation = "message received and checked; the sender writes as far ahead as the transport takes",
        .baseline = "pipe",
        .variants =
            {
                over<PipeChannel>("pipe", "pipe; 2 copies"),
                over<SpinningPipeChannel>("pipe_spinning", "pipe, asked again until it answers; 2 copies"),
                over<UnixStreamChannel>("unix_stream", "Unix socket pair; 2 copies"),
                over<UnixSeqpacketChannel>("unix_seqpacket", "the same in packets of up to 32 KiB; 2 copies"),
                over<UnixDatagramChannel>("unix_datagram", "the same in datagrams of up to 32 KiB; 2 copies"),
                over<TcpChannel>("tcp", "TCP to 127.0.0.1 without delay; 2 copies"),
                over<MessageQueueChannel>("posix_mq", "POSIX message queue, pieces of up to 8 KiB; 2 copies"),
                over<UringStreamChannel>("io_uring", "Unix socket pair, each call through an io_uring; 2 copies"),
                over<VmsplicedPipeChannel>("vmsplice", "pages put into a pipe, copied out of it; 1 copy"),
                over<RemoteReadChannel>("process_vm_readv",
                                        "the receiver copies out of the sender's memory, futexes tell when; 1 copy"),
                over<HandedOverMemfdChannel>("memfd", "memfds handed over, mapped and unmapped; no copy"),
                over<EventFdRing>("ring_eventfd", "shared memory, sleeping on eventfds; no copy"),
                over<FutexRing>("ring_futex", "shared memory, sleeping on futexes; no copy"),
                over<SpinningRing>("ring_spinning", "shared memory, never sleeping; no copy"),
            },
        .workers = latchmark::WorkerSweep::two,
        .teams = {latchmark::Team::processes},
        .placements = {same_llc, other_llc, other_socket},
        .lockstep = true,
        .axes = {{.name = "payload",
                  .unit = "B",
                  .values = {8, 64, 4096, 65536, 1048576, 4194304},
                  .middle = 4096,
                  .variants = {"pipe", "tcp", "ring_spinning"},
                  .in_taste = true,
                  .taste_values = {65536}}},
        .taste = {"pipe", "tcp", "ring_spinning"},
        .keeps_placements = true,
        .expects = [](const std::string&, const latchmark::Setting& setting) -> latchmark::Expected {
            return {.operation_ms = 4e-7 * setting.parameter("payload")};
        },
        .roles = latchmark::roles::ipc(),
    };
}
