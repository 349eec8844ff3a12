"""Whether a request is sent again and after how long: pure."""

from typing import Final, Literal

TRIES_MAX: Final = 3
RETRY_AFTER_MAX: Final = 60.0
"""What asks for more patience than this is told to the caller instead."""

Lost = Literal["unsent", "unanswered"]
"""Where a connection ended: before anything was sent, or when the answer may have been on its way."""

_PASSING: Final = frozenset({408, 429, 502, 503, 504})


def next_delay(
    tries: int,
    outcome: int | Lost,
    *,
    repeatable: bool,
    keyed: bool,
    spread: float,
    retry_after_seconds: float | None = None,
) -> float | None:
    """The seconds until the next try after `tries` of them, or None: the outcome stands.

    Whatever was sent is sent again only if that does no more than sending it once. A 500 may have come after the
    change was stored, so only an idempotency key makes it safe. `spread` in [0, 1) keeps callers apart.
    """
    if tries >= TRIES_MAX or not _again(outcome, repeatable=repeatable, keyed=keyed):
        return None
    if retry_after_seconds is not None:
        return retry_after_seconds if retry_after_seconds <= RETRY_AFTER_MAX else None
    return min(8.0, 0.5 * 2.0 ** (tries - 1)) * (0.5 + spread / 2)


def _again(outcome: int | Lost, *, repeatable: bool, keyed: bool) -> bool:
    if outcome == "unsent":
        return True
    if outcome == 500:
        return keyed
    return repeatable and (outcome == "unanswered" or outcome in _PASSING)
