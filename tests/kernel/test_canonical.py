"""One byte form for what is hashed and signed."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from kernel.crypto import canonical

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)

NUMBERS = st.integers(-(2**53) - 2, 2**53 + 2) | st.floats() | st.text()
ANY = st.recursive(
    NUMBERS | st.none() | st.booleans(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=10,
)


def outcome(make, value):
    """The bytes, or that there are none."""
    try:
        return make(value)
    except ValueError:
        return None


@given(ANY)
def test_every_value_has_the_bytes_of_the_reference_or_is_refused_as_there(value):
    assert outcome(canonical.dumps, value) == outcome(rfc8785.dumps, value)


@pytest.mark.parametrize("code", [*range(0x80), 0x2028, 0xE000, 0xFFFF, 0x1F600])
def test_every_character_is_written_as_by_the_reference(code):
    value = {"a": [chr(code)], chr(code): 1, "\ue000": 2}
    assert canonical.dumps(value) == rfc8785.dumps(value)


@given(PLAIN)
def test_the_form_reads_back_as_the_value_and_is_its_own_form(value):
    form = canonical.dumps(value)
    assert json.loads(form) == value
    assert canonical.dumps(json.loads(form)) == form


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 9)))
def test_the_order_of_members_does_not_matter(value):
    backwards = dict(reversed(value.items()))
    assert canonical.dumps(value) == canonical.dumps(backwards)


def test_the_example_of_the_standard():
    """RFC 8785 section 3.2.2 and 3.2.3: numbers, escapes, and members sorted by UTF-16 code units."""
    value = json.loads(
        '{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
        ' "string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}'
    )
    assert canonical.dumps(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    keys = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7}
    assert list(json.loads(canonical.dumps(keys)).values()) == [2, 4, 6, 7, 1, 5, 3]


def test_structs_decimals_and_times_have_one_form():
    class Made(msgspec.Struct):
        b: Decimal
        a: datetime
        c: date

    made = Made(Decimal("1.50"), datetime(2026, 11, 23, 2, 0, tzinfo=UTC), date(2026, 11, 23))
    assert canonical.dumps(made) == b'{"a":"2026-11-23T02:00:00Z","b":"1.50","c":"2026-11-23"}'


def test_digests_name_their_function():
    assert canonical.sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert canonical.digest({}) == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(2**53), "\ud800", {1, 2}, object()])
def test_what_has_no_one_form_is_refused(value):
    if isinstance(value, set):
        assert sorted(json.loads(canonical.dumps(value))) == [1, 2]
        return
    with pytest.raises((ValueError, TypeError)):
        canonical.dumps(value)
