"""Cursors: ours read back, others are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidInput
from kernel.views.paging import decode, encode, number_of


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1, max_size=3))
def test_a_cursor_reads_back(position):
    assert decode(encode(*position), len(position)) == tuple(position)
    with pytest.raises(InvalidInput):
        decode(encode(*position), len(position) + 1)


@given(st.text(max_size=400))
def test_any_other_text_is_refused_and_nothing_else(text):
    try:
        decode(text, 1)
    except InvalidInput as refusal:
        pointers = [error.pointer for error in refusal.errors]
    else:
        pointers = ["/query/cursor"]
    assert pointers == ["/query/cursor"]


@pytest.mark.parametrize("position", ["x", "-1", "1.0", "", "９", "1" * 30, "1\n"])
def test_a_number_in_a_cursor_is_a_number(position):
    with pytest.raises(InvalidInput):
        number_of(encode(position), 7)


def test_numbers_read_back():
    assert number_of(encode("42"), 7) == 42
    assert number_of(None, 7) == 7
