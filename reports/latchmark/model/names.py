"""Which metrics, axes and families mean something to a report? Their names in a run file."""

from __future__ import annotations

TIME_PER_OPERATION = "time_per_operation"
"""The usual headline metric: ns per operation of one worker, the median of the launch's windows."""

CPU_TIME = "cpu_time_per_operation"
"""What an operation burns: CPU time, user and kernel, of the subject's workers."""

ONE_WAY = "one_way"
"""The headline metric of points that visit pairs of CPUs: ns for one hand-over from a CPU to another."""

LATENCY_P50 = "latency_p50"
LATENCY_P99 = "latency_p99"
"""Quantiles of the latencies of a launch; the first is the headline where a latency is the question."""

WAITING = "waiting"
"""The family that asks how to wait; there CPU time is the price of a short latency."""

PAYLOAD = "payload"
"""The axis of bytes that every operation moves."""

SUBMITTER = "submitter"
"""The part that hands tasks over and does none itself; all other workers of its team execute them."""

TALLY_UNIT = "1/operation"
"""The unit of what a workload counts while it runs."""

BY_PAIR = "_by_pair"
"""How a vector is named that holds one number a pair of CPUs instead of one a worker."""
