"""How fast a caller may ask: token buckets, of which the longest unused is dropped when there are too many."""

import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kernel.errors import TooMany
from kernel.text import Text

BUCKETS_MAX: Final = 10_000
"""A bucket that has not been used for a minute is full, so the longest unused is no loss."""


class RateExceeded(TooMany):
    """The key, its party or the address has used up its requests for now."""

    title = Text("请求速率超限", "The rate limit is exceeded")
    rule = "LT-GEN-05"

    def __init__(self, *, retry_after_seconds: int, fields: dict[str, str]) -> None:
        super().__init__(retry_after_seconds=retry_after_seconds)
        self.headers = fields


@dataclass(slots=True)
class Bucket:
    """A token bucket: `limit` requests a minute, refilled steadily; `policy` names it on the wire."""

    policy: str
    limit: int
    tokens: float
    filled_at: float

    def fill(self, now: float) -> None:
        """Add what has accrued since the last time."""
        self.tokens = min(self.limit, self.tokens + (now - self.filled_at) * self.limit / 60)
        self.filled_at = now

    @property
    def wait_seconds(self) -> int:
        """Until the next token."""
        return max(0, math.ceil((1 - self.tokens) * 60 / self.limit))


@dataclass(frozen=True, slots=True)
class Limit:
    """What a request counts for: whose bucket, under which policy, of how many a minute."""

    policy: str
    name: str
    per_minute: int


@dataclass(frozen=True, slots=True)
class SpentTokens:
    """The tokens that one request took."""

    buckets: Sequence[Bucket]

    @property
    def fields(self) -> dict[str, str]:
        """The RateLimit fields of the answer."""
        return _fields(self.buckets)

    def give_back(self) -> None:
        """Undo it for a request that is counted elsewhere."""
        for bucket in self.buckets:
            bucket.tokens += 1


class Rates:
    """The buckets of this process."""

    def __init__(self, size: int = BUCKETS_MAX) -> None:
        self._size = size
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def spend(self, limits: Sequence[Limit]) -> SpentTokens:
        """Take one token of every limit; raises RateExceeded, and then takes none."""
        now = time.monotonic()
        buckets = [self._bucket(limit, now) for limit in limits]
        if wait := max(bucket.wait_seconds for bucket in buckets):
            raise RateExceeded(retry_after_seconds=wait, fields=_fields(buckets))
        for bucket in buckets:
            bucket.tokens -= 1
        return SpentTokens(buckets)

    def reset(self) -> None:
        """Begin anew: no request has been counted."""
        self._buckets.clear()

    def _bucket(self, limit: Limit, now: float) -> Bucket:
        key = (limit.policy, limit.name)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(limit.policy, limit.per_minute, float(limit.per_minute), now)
            if len(self._buckets) > self._size:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
            bucket.fill(now)
        return bucket


def _fields(buckets: Sequence[Bucket]) -> dict[str, str]:
    """The RateLimit fields of an answer (draft-ietf-httpapi-ratelimit-headers)."""
    return {
        "RateLimit-Policy": ", ".join(f'"{bucket.policy}";q={bucket.limit};w=60' for bucket in buckets),
        "RateLimit": ", ".join(f'"{bucket.policy}";r={int(bucket.tokens)};t=60' for bucket in buckets),
    }
