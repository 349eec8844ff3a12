"""How a push is cut and named, and what an address that it goes to must be; pure."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

import httpx
import msgspec

from channels.pushes.store.bucket import ListedPart
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text
from kernel.webhooks.rules import url_fault

MIB: Final = 1024 * 1024
MANIFEST: Final = "manifest.json"
PROBE: Final = "liutong-probe-"
"""What the object is called that is written and removed when a target is checked."""
_RULE: Final = "LT-PSH-01"
_HIDDEN: Final = re.compile(r"[\x00-\x1f\x7f\\]")


class PushRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of pushing: parts, how often a store that fails is tried again, and when it is over."""

    part_bytes: int
    parts_max: int
    request_seconds: int
    retry_seconds: list[int]
    lease_seconds: int
    days_max: int
    check_minutes_max: int
    targets_max: int

    def part_bytes_of(self, size_bytes: int) -> int:
        """How large the parts of a file are: the least there is, or whole MiB so that there are not too many."""
        least = math.ceil(size_bytes / self.parts_max)
        return self.part_bytes if least <= self.part_bytes else math.ceil(least / MIB) * MIB

    def retry_after(self, attempts: int) -> timedelta | None:
        """How long to wait after so many failed attempts in a row; None to give up."""
        return timedelta(seconds=self.retry_seconds[attempts - 1]) if attempts <= len(self.retry_seconds) else None


RULES: Final = policy.load("pushes", PushRules, "channels.pushes")


def spans(size_bytes: int, part_bytes: int) -> Iterator[tuple[int, int, int]]:
    """The parts of a file: number from 1, first byte, and the byte after the last; an empty file has one, empty."""
    for n in range(max(1, math.ceil(size_bytes / part_bytes))):
        yield n + 1, n * part_bytes, min((n + 1) * part_bytes, size_bytes)


def confirmed(
    sent: Mapping[int, str], listed: Mapping[int, ListedPart], size_bytes: int, part_bytes: int
) -> dict[int, str]:
    """Of the parts (etag by number) that were sent, those that lie at the store as they were; all others go again."""
    return {
        number: sent[number]
        for number, start, end in spans(size_bytes, part_bytes)
        if number in sent and listed.get(number) == ListedPart(sent[number], end - start)
    }


def folder(prefix: str, revision_id: str) -> str:
    """Where a push of a revision is written."""
    return f"{prefix}{revision_id}/"


def target_faults(endpoint: str, prefix: str, *, sandbox: bool) -> list[FieldError]:
    """Everything that is wrong with where a target lies, as it is written."""
    faults = []
    if (fault := url_fault(endpoint, sandbox=sandbox)) is not None:
        faults.append(FieldError("/endpoint", fault, _RULE))
    elif httpx.URL(endpoint).raw_path not in (b"", b"/"):
        text = Text("只填写主机地址，不带路径与参数", "Give the host only, without a path and a query")
        faults.append(FieldError("/endpoint", text, _RULE))
    parts = prefix.split("/")
    if _HIDDEN.search(prefix) or (prefix and (not prefix.endswith("/") or {"", ".", ".."} & set(parts[:-1]))):
        text = Text(
            "前缀须以 / 结尾，不以 / 开头，各段非空且不是 . 或 ..，不含控制字符和反斜线",
            "A prefix ends with a slash and does not begin with one; no part of it is empty, . or .., and it holds no"
            " control characters and backslashes",
        )
        faults.append(FieldError("/prefix", text, _RULE))
    return faults
