"""How a password is kept: argon2id, two at a time in threads of their own, so that nobody else waits for them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kernel.errors import Unavailable
from kernel.passwords.rules import POLICY

T = TypeVar("T")

_DESK: Final = ThreadPoolExecutor(2, "liutong-passwords")
"""Each takes 19 MiB and a processor: more at once would only make all of them slower."""

UNDER_WAY_MAX: Final = 24
"""So many are hashed or wait for it, some two seconds' work; whoever comes then is told to come again."""

_under_way = 0


@cache
def _hasher() -> PasswordHasher:
    """The parameters in force for new hashes; older ones say their own."""
    newest = POLICY.versions[-1].body
    return PasswordHasher(newest.passes, newest.memory_kib, newest.lanes)


@cache
def _nobodys() -> str:
    """A hash that no password is looked up for: an unknown address takes the time of a known one."""
    return _hasher().hash("no member has this password")


async def hashed(password: str) -> str:
    """The hash of a password, which says its own parameters and salt."""
    return await _beside(partial(_hasher().hash, password))


async def verified(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept; where nobody's was, it is not, after the same work."""
    return await _beside(partial(_matches, kept, password))


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than those in force."""
    return _hasher().check_needs_rehash(kept)


def _matches(kept: str | None, password: str) -> bool:
    try:
        return _hasher().verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


async def _beside(work: Callable[[], T]) -> T:
    """Do it in a thread of the desk; raises Unavailable where too many wait for one."""
    global _under_way  # noqa: PLW0603 - the desk is one for the process, and so is the count of those at it
    if _under_way >= UNDER_WAY_MAX:
        raise Unavailable(retry_after_seconds=1)
    _under_way += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_DESK, work)
    finally:
        _under_way -= 1
