"""The filter of system calls, evaluated step by step, and its numbers against the kernel's headers."""

import re
import struct
from pathlib import Path

import pytest

from channels.programs.confinement import seccomp
from channels.programs.confinement.syscalls import ALLOWED, CLONE, CLONE3, IOCTL, PRCTL

ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
X86, AARCH = 0xC000003E, 0xC00000B7
THREAD = 0x003D0F00
"""What glibc's pthread_create asks clone for (nptl/createthread)."""


def decided(program, audit, number, first=0, second=0):
    """What a filter answers, by an evaluation of its own of the few instructions that it may use."""
    data = struct.pack("=iIQ6Q", number, audit, 0, first, second, 0, 0, 0, 0)
    steps = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
    at, kept = 0, 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        match code:
            case 0x20:
                kept = struct.unpack_from("=I", data, value)[0]
            case 0x54:
                kept &= value
            case 0x15:
                at += yes if kept == value else no
            case 0x35:
                at += yes if kept >= value else no
            case 0x06:
                return value
            case _:
                raise AssertionError(hex(code))


@pytest.mark.parametrize(("machine", "column", "audit"), [("x86_64", 0, X86), ("aarch64", 1, AARCH)])
def test_what_is_listed_is_allowed_and_nothing_else(machine, column, audit):
    program = seccomp.compiled(machine)
    allowed = {numbers[column] for numbers in ALLOWED.values()} - {None}
    special = {each[column] for each in (CLONE, CLONE3, IOCTL, PRCTL)}
    assert not allowed & special
    for number in range(600):
        if number not in special:
            assert decided(program, audit, number) == (ALLOW if number in allowed else EPERM), number
    assert decided(program, AARCH if audit == X86 else X86, 0) == KILL
    assert decided(program, 0x40000003, 0) == KILL  # i386


@pytest.mark.parametrize(("machine", "column", "audit"), [("x86_64", 0, X86), ("aarch64", 1, AARCH)])
def test_clone_makes_threads_only_and_the_rest_by_their_arguments(machine, column, audit):
    program = seccomp.compiled(machine)
    assert decided(program, audit, CLONE[column], THREAD) == ALLOW
    assert decided(program, audit, CLONE[column], 17) == EPERM  # SIGCHLD: fork
    for namespace in (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert decided(program, audit, CLONE[column], THREAD | namespace) == EPERM
    assert decided(program, audit, CLONE3[column], THREAD) == ENOSYS
    assert decided(program, audit, IOCTL[column], 0, 0x5401) == ALLOW
    assert decided(program, audit, IOCTL[column], 0, 0x5412) == EPERM  # TIOCSTI
    assert decided(program, audit, PRCTL[column], 15) == ALLOW
    assert decided(program, audit, PRCTL[column], 4) == EPERM  # PR_SET_DUMPABLE


def test_calls_in_the_manner_of_x32_end_the_process():
    assert decided(seccomp.compiled("x86_64"), X86, 0x40000001) == KILL


HEADERS = {
    0: Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    1: Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("column", HEADERS)
def test_numbers_are_those_of_the_kernels_headers(column):
    if not HEADERS[column].exists():
        pytest.skip(f"{HEADERS[column]} is not installed here (Debian: linux-libc-dev)")
    listed = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\s", HEADERS[column].read_text(encoding="utf-8"))
    known = {name: int(number) for name, number in listed}
    names = {**ALLOWED, "clone": CLONE, "clone3": CLONE3, "ioctl": IOCTL, "prctl": PRCTL}
    for name, numbers in names.items():
        called = {"newfstatat": "fstatat"}.get(name, name) if column else name
        assert known.get(called) == numbers[column], name
