"""Which pitfalls are in the index, and which points show each of them? In reading order."""

from __future__ import annotations

from functools import partial

from latchmark.findings.finding import FindingKind
from latchmark.findings.pitfall import AgainstCure, Level, Pitfall, Told, Where
from latchmark.model import CPU_TIME, LATENCY_P99, Team

_MILLISECOND = (("wait", 1e6),)
_MICROSECOND = (("wait", 1e3),)
_LARGE_PROCESS = (("resident", 100 * 2.0**20),)
# One reader pauses between two reads: it takes two to keep a writer out.
_starving = partial(AgainstCure, "contention/writer_starvation", "shared_mutex", fewest_workers=3)

_SHARED_DATA = (
    Pitfall(
        "Race and lost update",
        "Two workers read a value, both add to it and both write it back: one addition is gone.",
        "One atomic addition, or a lock around all three steps; neither loses anything.",
        (Told("contention/counter", FindingKind.LOSSES, "load_store", "of the updates lost"),),
        price=Level("contention/counter", "fetch_add_relaxed", fewest_workers=2),
    ),
    Pitfall(
        "Non-atomic operations",
        "++count is a read, an addition and a write, and other workers get in between.",
        "An atomic addition, which is one step for everybody.",
        (AgainstCure("contention/counter", "fetch_add_relaxed", "per_worker", where=Where.ALONE),),
        is_price=True,
    ),
    Pitfall(
        "Retrying what one instruction does",
        "A compare-and-swap loop reads, adds and tries, and begins again when another worker was faster.",
        "The one atomic instruction that does it, where there is one.",
        (AgainstCure("contention/counter", "cas_loop", "fetch_add_relaxed", fewest_workers=2),),
    ),
    Pitfall(
        "Visibility",
        "What one core has written another sees only later, and a plain variable perhaps never.",
        "A store that releases and a load that acquires; no instruction makes the way itself shorter.",
        (
            Told(
                "contention/core_to_core",
                FindingKind.DISTANCES,
                "store_load",
                "until the other core sees a store",
            ),
        ),
    ),
    Pitfall(
        "More ordering than needed",
        "The strictest memory order is the default, and a count that orders nothing else pays for it.",
        "The weakest order that is right: relaxed for a mere count.",
        (AgainstCure("contention/counter", "fetch_add_seq_cst", "fetch_add_relaxed"),),
    ),
    Pitfall(
        "ABA",
        "A pointer has its old value again, but what it points to has changed, and compare-and-swap agrees.",
        "A count beside the pointer, or hazard pointers or epochs, which keep what somebody still reads.",
        missing="a lock-free stack whose nodes are used again, with and without a count beside its pointer",
    ),
    Pitfall(
        "Reference counts while reading",
        "Whoever copies a shared pointer writes its count, so that mere readers fight for a line.",
        "Hazard pointers: each reader announces what it reads on a line of its own.",
        (AgainstCure("contention/reader_writer", "atomic_shared_ptr", "hazard_pointer", fewest_workers=2),),
    ),
)

_LAYOUT = (
    Pitfall(
        "False sharing",
        "Two workers write variables of their own that lie on one cache line, and take it from each other.",
        "Space between them: 128 bytes each.",
        (AgainstCure("false_sharing/counters", "packed", "padded_128", fewest_workers=2),),
    ),
    Pitfall(
        "An array with an element per worker",
        "Elements lie one after the other, so each worker writes on its neighbours' lines.",
        "Each element on lines of its own.",
        (AgainstCure("false_sharing/worker_structs", "stats_packed", "stats_padded", fewest_workers=2),),
    ),
    Pitfall(
        "A constant beside a variable",
        "A field that never changes must be fetched again whenever its neighbour on the line is written.",
        "What is read by all apart from what is written.",
        (AgainstCure("false_sharing/hot_reader", "packed", "padded", fewest_workers=2),),
    ),
    Pitfall(
        "Both ends of a queue on one line",
        "The producer moves one index and the consumer the other, and the line travels for both.",
        "Each index on a line of its own.",
        (AgainstCure("false_sharing/queue_indices", "together", "apart", fewest_workers=2),),
    ),
)

_LOCKS = (
    Pitfall(
        "Deadlock avoidance",
        "Two workers hold a lock each and wait for ever for the other's; one lock for all makes all wait.",
        "A lock for each object, always taken in the same order.",
        (AgainstCure("lock_granularity/two_accounts", "one_lock", "ordered", fewest_workers=2),),
        price=AgainstCure("lock_granularity/two_accounts", "ordered", "one_lock", where=Where.ALONE),
    ),
    Pitfall(
        "Livelock and back-off",
        "Workers that all try again at once keep disturbing each other, and hardly anybody gets on.",
        "Staying away longer after each lost attempt.",
        (
            AgainstCure("contention/locks", "ttas", "ttas_backoff", fewest_workers=2),
            AgainstCure("lock_granularity/two_accounts", "try_backoff", "ordered", fewest_workers=2),
        ),
    ),
    Pitfall(
        "Starvation",
        "Readers that keep coming let each other in, and a writer waits until all of them happen to pause.",
        "A lock that lets waiting writers go first, or one that prefers nobody.",
        (
            _starving("rwlock_writer_first", LATENCY_P99),
            _starving("mutex"),
            _starving("rwlock_writer_first", where=Where.CROWDED),
            _starving("mutex", where=Where.CROWDED),
        ),
    ),
    Pitfall(
        "Priority inversion",
        "An urgent worker waits for a lock whose holder is kept from running by workers in between.",
        "A lock whose holder inherits the priority of those who wait for it.",
        (AgainstCure("contention/locks", "pthread_priority_inheriting", "mutex", where=Where.ALONE),),
        is_price=True,
        missing="three workers of different real-time priorities on one CPU, and the right to set these",
    ),
    Pitfall(
        "Lock granularity",
        "One lock over a whole table makes workers wait that want different parts of it.",
        "A lock for every so many buckets, each on lines of its own.",
        (AgainstCure("lock_granularity/hash_map", "one_mutex", "striped_padded", fewest_workers=2),),
        price=AgainstCure("lock_granularity/hash_map", "striped_padded", "one_mutex", where=Where.ALONE),
    ),
    Pitfall(
        "Blocking inside a critical section",
        "Whoever sleeps with a lock held lets all others sleep as well.",
        "The slow work first, then the lock for what is really shared.",
        (AgainstCure("lock_granularity/blocking_inside", "sleep_inside", "sleep_outside", fewest_workers=2),),
    ),
    Pitfall(
        "Recursive locking",
        "A lock that its holder may take again must know who that is, and hides who relies on what.",
        "A plain lock, and inner functions that expect it to be held.",
        (AgainstCure("contention/locks", "pthread_recursive", "mutex", where=Where.ALONE),),
    ),
    Pitfall(
        "A holder that dies",
        "A process that dies with a lock held leaves it locked for ever.",
        "A robust lock, which tells the next one that its holder has died.",
        (AgainstCure("contention/locks", "pthread_robust", "mutex", where=Where.ALONE),),
        is_price=True,
        missing="a holder that is killed, and the time until the next one has the lock and a whole record",
    ),
    Pitfall(
        "Locks for readers",
        "Whoever takes a lock writes it, so readers hinder each other although nobody writes the data.",
        "A sequence number, by which a reader sees whether it met a write and must look again.",
        (
            AgainstCure("contention/reader_writer", "shared_mutex", "seqlock", fewest_workers=2),
            AgainstCure("contention/reader_writer", "mutex", "seqlock", fewest_workers=2),
        ),
    ),
    Pitfall(
        "Lock convoy",
        "A fair lock goes to the next in line, also when that one has no CPU, and everybody waits for it.",
        "A lock whose waiters sleep and which whoever runs may take.",
        (AgainstCure("contention/locks", "ticket", "mutex", where=Where.CROWDED, fewest_workers=2),),
    ),
)

_WAITING = (
    Pitfall(
        "Busy waiting",
        "A worker that waits awake burns its CPU for as long as it waits.",
        "Sleeping until woken.",
        (AgainstCure("waiting/wait_duration", "spin_relax", "futex", CPU_TIME, at=_MILLISECOND),),
        price=AgainstCure("waiting/wait_duration", "futex", "spin_relax", at=_MILLISECOND),
    ),
    Pitfall(
        "Sleeping for a short wait",
        "A wake-up takes microseconds, also when the wait itself is shorter.",
        "Staying awake for as long as a wake-up costs, then sleeping.",
        (AgainstCure("waiting/wait_duration", "futex", "spin_then_park", at=_MICROSECOND),),
        price=AgainstCure("waiting/wait_duration", "spin_then_park", "futex", CPU_TIME, at=_MILLISECOND),
    ),
    Pitfall(
        "Phases that end asleep",
        "A barrier that lets its workers sleep pays a wake-up each for every phase, however short.",
        "A barrier whose workers stay awake, while each has a CPU.",
        (AgainstCure("contention/barrier", "pthread", "sense_reversing", fewest_workers=2),),
    ),
    Pitfall(
        "Spinning beside a busy neighbour",
        "Two hardware threads share a core, and one that spins takes what its neighbour could use.",
        "The pause hint between two looks, or sleep.",
        (
            AgainstCure("contention/smt_neighbour", "chain_spinning", "chain_pausing"),
            AgainstCure("contention/smt_neighbour", "chain_spinning", "chain_sleeping"),
        ),
    ),
    Pitfall(
        "Thundering herd",
        "All waiters are woken for one item, and all but one go back to sleep.",
        "Waking one.",
        (AgainstCure("waiting/herd", "condvar_herd", "condvar_one", "waiters_cpu_time"),),
    ),
    Pitfall(
        "Waiting on eight bytes",
        "Under std::atomic of eight bytes the C++ library may wake all waiters where one was asked for.",
        "An atomic of four bytes, on which the kernel can wait itself.",
        (AgainstCure("waiting/herd", "atomic_8_one", "atomic_4_one", "waiters_cpu_time"),),
    ),
)

_POOLS = (
    Pitfall(
        "Executor misuse",
        "A task that is shorter than its hand-over is done faster by whoever has it.",
        "Tasks large enough to be worth it, or several in one.",
        (
            Told("pools/task_size", FindingKind.EFFICIENCY, "", "the smallest task worth handing over"),
            # One executor against none: where the pool is dearer, nothing was gained by it.
            AgainstCure("pools/task_size", "mutex_queue", "no_pool", fewest_workers=2),
        ),
    ),
    Pitfall(
        "A thread for each call",
        "Threads that are made and joined for every call cost more than threads that are there already.",
        "A pool.",
        (
            # Up to eight calls the pool has a thread for each.
            AgainstCure("pools/fan_out", "thread_each", "pool", at=(("width", 4.0),)),
            AgainstCure("pools/fan_out", "thread_each", "pool"),
        ),
    ),
    Pitfall(
        "Queue without back-pressure",
        "What comes faster than it is worked off waits in memory, and everything behind it waits longer.",
        "A bound, at which the producer waits.",
        (AgainstCure("pools/backpressure", "unbounded", "bounded_blocks"),),
        price=AgainstCure("pools/backpressure", "bounded_blocks", "unbounded", "produce_time"),
    ),
    Pitfall(
        "Queue shutdown",
        "What is still queued at the end must be worked off before the queue can close, or is lost.",
        "A bound, which keeps little in the queue.",
        (AgainstCure("pools/backpressure", "unbounded", "bounded_blocks", "drain_time"),),
    ),
    Pitfall(
        "Blocked event loop",
        "A loop does one thing at a time: behind one slow handler all other events wait.",
        "Slow work handed to a pool, which tells the loop when it is done.",
        (AgainstCure("pools/loop_blocked", "all_in_loop", "slow_to_pool", LATENCY_P99),),
        price=AgainstCure("pools/loop_blocked", "slow_to_pool", "no_slow_events"),
    ),
)

_PROCESSES = (
    Pitfall(
        "Process against thread",
        "A process needs page tables and memory of its own, where a thread needs little but a stack.",
        "Threads, or processes that are made once and kept.",
        (AgainstCure("pools/creation", "fork", "thread"),),
    ),
    Pitfall(
        "A worker that is lost",
        "When a process dies in the middle of a task, another must be made before the task is done again.",
        "A spare process that waits already.",
        (AgainstCure("pools/worker_lost", "fork_pidfd", "spare_pidfd"),),
    ),
    Pitfall(
        "IPC overhead",
        "A message through the network stack passes calls, copies and protocol, also within one machine.",
        "A ring in shared memory; here both ends sleep while they wait, as with the socket.",
        (AgainstCure("ipc/round_trip", "tcp", "ring_futex", team=Team.PROCESSES),),
    ),
    Pitfall(
        "Copying large messages",
        "A pipe copies every byte into the kernel and out of it again.",
        "Memory that both ends share; only an offset is handed over.",
        (
            AgainstCure(
                "pools/payload", "copy_pipe", "shared", at=(("payload", 2.0**20),), team=Team.PROCESSES
            ),
            AgainstCure(
                "ipc/stream", "pipe", "ring_spinning", at=(("payload", 2.0**16),), team=Team.PROCESSES
            ),
        ),
    ),
    Pitfall(
        "Serialisation",
        "Objects are written down as text, copied, read back and built anew, where both could look at them.",
        "The objects themselves in shared memory, or else a binary form.",
        (
            AgainstCure("ipc/structured", "text", "shared", team=Team.PROCESSES),
            AgainstCure("ipc/structured", "text", "binary", team=Team.PROCESSES),
        ),
    ),
    Pitfall(
        "Fork against spawn",
        "A fork copies the page tables of its parent, and the larger that is the longer it takes.",
        "posix_spawn, which copies none of them.",
        (
            AgainstCure("pools/creation", "fork_exec", "posix_spawn", at=_LARGE_PROCESS),
            # The spawned program is even loaded and linked, which a child that ends at once is spared.
            AgainstCure("pools/creation", "fork", "posix_spawn", at=_LARGE_PROCESS),
        ),
    ),
    Pitfall(
        "Fork safety",
        "A child inherits locks that other threads held at the fork, and nobody in it will release them.",
        "posix_spawn, or nothing but exec after a fork.",
        missing="forks while other threads hold locks of the C library, and a count of children that hang",
    ),
    Pitfall(
        "Signals",
        "A signal comes between any two instructions of a thread, and must be sent to each.",
        "A descriptor that all of them watch.",
        (AgainstCure("waiting/cancel", "signal", "eventfd"),),
    ),
    Pitfall(
        "Zombies",
        "A child that has ended stays until its parent asks, and a parent that asks now and then is late.",
        "A pidfd in the parent's event loop, which becomes readable when the child ends.",
        (AgainstCure("pools/worker_lost", "fork_polling", "fork_pidfd", "noticed_after"),),
    ),
    Pitfall(
        "Leaks",
        "Threads, descriptors or memory that are never given back, until a limit is reached.",
        "An owner for each that gives it back, and a look at their number over days.",
        missing="a pool that runs for hours, with its memory, descriptors and threads counted at both ends",
    ),
)

_ENDING = (
    Pitfall(
        "Cancellation",
        "A worker that looks for the request only now and then stops late, and the last one counts.",
        "A wait that the request itself ends.",
        (
            AgainstCure("waiting/cancel", "flag_between_naps", "stop_callback"),
            Level("waiting/cancel", "stop_token_polled", "until the last of four workers has stopped"),
        ),
    ),
    Pitfall(
        "Timeouts",
        "A wait without a timeout may never end.",
        "A timeout on every wait, which the kernel must set up and take back.",
        (AgainstCure("waiting/arming", "condvar_timed", "condvar"),),
        is_price=True,
    ),
    Pitfall(
        "Short sleeps",
        "The kernel may put a timer off to serve several at once, so a short sleep lasts longer than asked.",
        "A smaller timer slack for threads that must be prompt, or a timerfd, which has none.",
        (
            AgainstCure(
                "waiting/timed",
                "nanosleep",
                "nanosleep",
                at=(("timer_slack", 50e3),),
                cure_at=(("timer_slack", 1.0),),
            ),
            Level("waiting/timed", "nanosleep", "late, for a sleep of 100 \u00b5s"),
        ),
    ),
    Pitfall(
        "Synchronous fan-out",
        "Calls that wait for others are made one after the other, and their waits add up.",
        "All of them begun, and one loop for the answers.",
        (AgainstCure("pools/fan_out", "sequential", "one_loop"),),
    ),
    Pitfall(
        "Sharing an object against one per thread",
        "All workers write to one object, whose line goes from core to core for every write.",
        "A part for each worker, added up by whoever wants to know.",
        (AgainstCure("contention/counter", "fetch_add_relaxed", "sharded", fewest_workers=2),),
    ),
)

PITFALLS = (*_SHARED_DATA, *_LAYOUT, *_LOCKS, *_WAITING, *_POOLS, *_PROCESSES, *_ENDING)
