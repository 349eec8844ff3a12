"""How often an address may have a file looked at: checking costs more than any other open route."""

import time
from collections import OrderedDict
from typing import Final

from kernel.errors import TooMany
from kernel.identity.authentication import Bucket
from kernel.text import Text

ADDRESSES_MAX: Final = 10_000


class VerificationsExceeded(TooMany):
    """The address has used up its checks for now."""

    title = Text("核验次数超限", "The limit of checks is exceeded")
    detail = Text(
        "每个地址每分钟至多核验 {limit} 次，请在 {retry_after_seconds} 秒后重试，或以 liutong verify 离线核验。",
        "An address may have {limit} files checked a minute; try again in {retry_after_seconds} seconds, "
        "or verify offline with liutong verify.",
    )
    rule = "LT-VRF-04"


class Budget:
    """A token bucket for each address; the one that was quiet for longest is forgotten first."""

    def __init__(self, per_minute: int) -> None:
        self._limit = per_minute
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def spend(self, address: str) -> None:
        """Take one check; raises VerificationsExceeded."""
        now = time.monotonic()
        bucket = self._buckets.pop(address, None) or Bucket(self._limit, float(self._limit), now)
        self._buckets[address] = bucket
        if len(self._buckets) > ADDRESSES_MAX:
            self._buckets.popitem(last=False)
        if not bucket.take(now):
            raise VerificationsExceeded(limit=self._limit, retry_after_seconds=bucket.wait_seconds)
