// All transports, for who compares them.
#pragma once
#include "benchmarks/primitives/channels/handed_over_memfd.hpp"
#include "benchmarks/primitives/channels/kernel_buffer.hpp"
#include "benchmarks/primitives/channels/message_queue.hpp"
#include "benchmarks/primitives/channels/remote_read.hpp"
#include "benchmarks/primitives/channels/shared_ring.hpp"
#include "benchmarks/primitives/channels/uring_stream.hpp"
#include "benchmarks/primitives/channels/vmspliced_pipe.hpp"
