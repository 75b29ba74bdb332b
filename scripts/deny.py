"""Runs a command that the kernel refuses some system calls: `deny.py ERRNO CALL... -- COMMAND...`.

As containers do, with a seccomp filter, which the command's children inherit.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from typing import NoReturn

# By machine; numbers above 424 are the same on all.
NUMBERS = {
    "x86_64": {"perf_event_open": 298, "process_vm_readv": 310, "io_uring_setup": 425},
    "aarch64": {"perf_event_open": 241, "process_vm_readv": 270, "io_uring_setup": 425},
}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 38, 22
SECCOMP_MODE_FILTER = 2
SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO = 0x7FFF0000, 0x00050000
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
NUMBER_AT = 0  # in struct seccomp_data


class Filter(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """struct sock_filter; jumps are relative to the next one."""
    return struct.pack("HBBI", code, if_true, if_false, value)


def program_of(numbers: list[int], error: int) -> bytes:
    """Returns the error from these system calls, and lets all others through."""
    load = instruction(LOAD, NUMBER_AT)
    jumps = [
        instruction(JUMP_IF_EQUAL, number, if_true=len(numbers) - place)
        for place, number in enumerate(numbers)
    ]
    return b"".join(
        (
            load,
            *jumps,
            instruction(RETURN, SECCOMP_RET_ALLOW),
            instruction(RETURN, SECCOMP_RET_ERRNO | error),
        )
    )


def deny(calls: list[str], error: int) -> None:
    """For this process and all that it starts. Raises OSError."""
    program = program_of([NUMBERS[platform.machine()][call] for call in calls], error)
    filter_ = Filter(len(program) // 8, program)
    libc = ctypes.CDLL(None, use_errno=True)
    # Whoever is not root may refuse itself something only when it can gain nothing by it.
    for words in ((PR_SET_NO_NEW_PRIVS, 1, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filter_))):
        if libc.prctl(*words, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl: {os.strerror(ctypes.get_errno())}")


def main(arguments: list[str]) -> NoReturn:
    """Becomes the command; 2 for wrong usage, 4 when nothing can be refused here."""
    try:
        end = arguments.index("--")
        deny(arguments[1:end], getattr(errno, arguments[0]))
        command = arguments[end + 1 :]
        os.execvp(command[0], command)
    except (ValueError, IndexError, AttributeError, KeyError) as problem:
        print(f"usage: deny.py ERRNO CALL... -- COMMAND... ({problem})", file=sys.stderr)
        sys.exit(2)
    except OSError as problem:
        print(f"deny: {problem}", file=sys.stderr)
        sys.exit(4)


if __name__ == "__main__":
    main(sys.argv[1:])
