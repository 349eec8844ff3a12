"""Byte ranges: every answer lies inside the file, and what RFC 9110 says of each odd header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.storage.ranges import Span, Unsatisfiable, span_of


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [
        (None, 10, None),
        ("bytes=0-3", 10, Span(0, 4)),
        ("BYTES = 2 - 5 ", 10, Span(2, 6)),
        ("bytes=5-", 10, Span(5, 10)),
        ("bytes=0-999999999999999999999999", 10, Span(0, 10)),
        ("bytes=-4", 10, Span(6, 10)),
        ("bytes=-262144", 19, Span(0, 19)),
        ("bytes=5-2", 10, None),
        ("bytes=0-1,4-5", 10, None),
        ("bytes=-", 10, None),
        ("bytes=a-b", 10, None),
        ("bytes=٣-٤", 10, None),
        ("lines=0-3", 10, None),
        ("bytes=0-0", 0, None),
        ("bytes=-5", 0, None),
    ],
)
def test_spans(header: str | None, size: int, expected: Span | None) -> None:
    assert span_of(header, size) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999999-"])
def test_behind_the_end(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        span_of(header, 10)


@given(header=st.text(max_size=40) | st.from_regex(r"bytes=[0-9]{0,25}-[0-9]{0,25}"), size=st.integers(0, 10**12))
def test_a_span_is_never_empty_and_never_leaves_the_file(header: str, size: int) -> None:
    try:
        span = span_of(header, size)
    except Unsatisfiable:
        return
    assert span is None or 0 <= span.start < span.end <= size
