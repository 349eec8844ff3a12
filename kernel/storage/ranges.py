"""One byte range of a file by RFC 9110 §14; pure."""

import re
from dataclasses import dataclass
from typing import Final

_ONE_RANGE: Final = re.compile(r"\s*bytes\s*=\s*([0-9]*)\s*-\s*([0-9]*)\s*", re.IGNORECASE)
_FAR: Final = 10**18
"""Beyond any file: longer numbers mean the same and are not worth computing."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `start` up to and not including `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.end - self.start


class Unsatisfiable(Exception):
    """The range begins behind the end of the file: 416."""


def span_of(header: str | None, size: int) -> Span | None:
    """The asked-for part of a file, or None for all of it; raises Unsatisfiable.

    A malformed range, another unit, several ranges and any range of an empty file are ignored: the whole file
    is a correct answer to each (§14.2), and an empty file has no part that Content-Range could name.
    """
    match = _ONE_RANGE.fullmatch(header) if header and size else None
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        return _suffix(_number(last), size)
    start = _number(first)
    if last and _number(last) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Span(start, min(_number(last) + 1, size) if last else size)


def _suffix(length: int, size: int) -> Span:
    """The last bytes; a suffix longer than the file is the file, and one of no bytes cannot be given."""
    if length == 0:
        raise Unsatisfiable
    return Span(max(0, size - length), size)


def _number(digits: str) -> int:
    significant = digits.lstrip("0")
    return _FAR if len(significant) > 18 else int(significant or "0")
