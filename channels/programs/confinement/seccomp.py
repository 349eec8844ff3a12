"""The filter of system calls as a program of the kernel's (seccomp BPF, linux/filter.h): an allow list, written here.

Compiled in the parent and handed to bubblewrap as a file. No library is needed for it, and none was taken (decision
0285): the whole program is equal comparisons in a row.
"""

import platform
import struct
from typing import Final

from channels.programs.confinement.syscalls import ALLOWED, CLONE, CLONE3, IOCTL, PRCTL

MACHINES: Final = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Where a machine's numbers stand in the table, and what the kernel calls it (AUDIT_ARCH of linux/audit.h)."""

_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER, _MACHINE, _FIRST, _SECOND = 0, 4, 16, 24
"""Where struct seccomp_data holds the call, the machine, and the lower halves of the first and the second argument."""
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_X32 = 0x40000000
_THREAD, _NAMESPACES = 0x00010000, 0x7E020080
"""CLONE_THREAD; and CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWTIME together."""
_IOCTLS: Final = (0x5401, 0x5413, 0x5421, 0x5450, 0x5451)
"""TCGETS and TIOCGWINSZ ask whether a file is a terminal; FIONBIO, FIONCLEX and FIOCLEX mark a descriptor."""
_PRCTLS: Final = (15, 16, 0x53564D41)
"""PR_SET_NAME, PR_GET_NAME and PR_SET_VMA, which name threads and memory."""

Step = tuple[int, int, int, int]


def compiled(machine: str | None = None) -> bytes:
    """The filter for a machine, this one unless it is named; raises KeyError for one that has no table.

    What is not allowed answers EPERM; a call in the manner of another machine ends the process.
    """
    at, audit = MACHINES[machine or platform.machine()]
    steps: list[Step] = [_load(_MACHINE), (_EQUAL, 1, 0, audit), _returns(_KILL), _load(_NUMBER)]
    if audit == MACHINES["x86_64"][1]:
        steps += [(_AT_LEAST, 0, 1, _X32), _returns(_KILL)]
    for numbers in ALLOWED.values():
        if (number := numbers[at]) is not None:
            steps += [(_EQUAL, 0, 1, number), _returns(_ALLOW)]
    steps += [(_EQUAL, 0, 1, CLONE3[at]), _returns(_ERROR | _ENOSYS)]
    clone = [_load(_FIRST), (_AND, 0, 0, _THREAD | _NAMESPACES), (_EQUAL, 0, 1, _THREAD), _returns(_ALLOW)]
    steps += _if(CLONE[at], [*clone, _returns(_ERROR | _EPERM)])
    steps += _if(IOCTL[at], _one_of(_SECOND, _IOCTLS))
    steps += _if(PRCTL[at], _one_of(_FIRST, _PRCTLS))
    return b"".join(struct.pack("=HBBI", *step) for step in [*steps, _returns(_ERROR | _EPERM)])


def _load(offset: int) -> Step:
    return (_LOAD, 0, 0, offset)


def _returns(value: int) -> Step:
    return (_RETURN, 0, 0, value)


def _if(number: int, steps: list[Step]) -> list[Step]:
    """Steps that are taken for one call, each way through which ends in an answer."""
    return [(_EQUAL, 0, len(steps), number), *steps]


def _one_of(offset: int, values: tuple[int, ...]) -> list[Step]:
    """An argument is one of some values, or the call is refused."""
    pairs = [step for value in values for step in ((_EQUAL, 0, 1, value), _returns(_ALLOW))]
    return [_load(offset), *pairs, _returns(_ERROR | _EPERM)]
