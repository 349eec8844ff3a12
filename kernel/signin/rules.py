"""Pure rules of signing in: how long things serve, how guesses are slowed, who must show two factors."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec

from kernel.rules import policy


class SignInRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of signing in."""

    idle_minutes: int
    session_hours: int
    sessions_max: int
    seen_seconds: int
    step_up_minutes: int
    stage_minutes: int
    reset_minutes: int
    free_failures: int
    delay_seconds: int
    delay_seconds_max: int
    failures_hours: int
    kept_days: int
    recovery_codes: int
    passkeys_max: int
    second_factor_roles: list[str]


POLICY: Final = policy.load("signin", SignInRules, "kernel.signin")

_INSIDE: Final = re.compile(r"/(?:zh|en)/[\w\-./~%]{0,500}(?:\?[\w\-.~%=&+:,]{0,1000})?", re.ASCII)


def delay(failures: int, rules: SignInRules) -> timedelta:
    """How long nobody may try again after so many failures in a row: nothing at first, then twice as long each time."""
    beyond = failures - rules.free_failures
    if beyond < 0:
        return timedelta()
    return timedelta(seconds=min(rules.delay_seconds * 2 ** min(beyond, 30), rules.delay_seconds_max))


def needs_second_factor(roles: Iterable[str], rules: SignInRules) -> bool:
    """Whether somebody with these roles signs in with two factors or a passkey only."""
    return not frozenset(map(str, roles)).isdisjoint(rules.second_factor_roles)


def inside(path: str, lang: str) -> str:
    """Where to go on after signing in: a page of ours as it was asked for, otherwise the first page.

    `//host`, a backslash, a dot segment and another scheme lead outside in some browser, and so are none of ours.
    """
    within = _INSIDE.fullmatch(path) is not None and "//" not in path and "/." not in path and "%" not in path[:4]
    return path if within else f"/{lang}/"


def relying_party(public_url: str) -> tuple[str, str] | None:
    """The RP id and the origin of passkeys, of the centre's public address; None where its host is no name."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    is_name = not re.fullmatch(r"[\d.]+|.*:.*", host) and host != ""
    secure = parts.scheme == "https" or host == "localhost" or host.endswith(".localhost")
    return (host, f"{parts.scheme}://{parts.netloc}") if is_name and secure else None
