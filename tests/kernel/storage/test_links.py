"""Signed links: they open one file for one recipient and order until they expire, and nothing else."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.storage.errors import LinkExpired, LinkInvalid
from kernel.storage.links import NAMES, Keyring, sign, verify

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
UNTIL = NOW + timedelta(hours=1)
RING = Keyring.parse(f"b:{'22' * 32},a:{'11' * 32}")
SUBJECT = ("dlf_1", "pty_1", "ord_1")


FREE = tuple(name for name in NAMES if name != "to")


def _given(query: str) -> dict[str, str]:
    return dict(parse_qsl(query.removeprefix("?"), strict_parsing=True))


def test_a_link_says_what_it_must() -> None:
    given_ = _given(RING.sign(*SUBJECT, UNTIL))
    assert tuple(given_) == FREE
    bound = _given(RING.sign(*SUBJECT, UNTIL, bound=True))
    assert (tuple(bound), bound["to"]) == (NAMES, "pty_1")
    assert verify(bound, *SUBJECT, keyring=RING, at=NOW) == UNTIL
    assert (given_["exp"], given_["sp"], given_["kid"]) == (str(int(UNTIL.timestamp())), "r", "b")
    assert verify(given_, *SUBJECT, keyring=RING, at=NOW) == UNTIL


def test_a_link_of_the_previous_secret_still_opens_and_of_a_dropped_one_no_more() -> None:
    old = _given(sign("a", *SUBJECT, UNTIL, RING.secrets["a"]))
    verify(old, *SUBJECT, keyring=RING, at=NOW)
    with pytest.raises(LinkInvalid):
        verify(old, *SUBJECT, keyring=Keyring.parse(f"b:{'22' * 32}"), at=NOW)


def test_expiry_is_exact() -> None:
    link = _given(RING.sign(*SUBJECT, UNTIL))
    verify(link, *SUBJECT, keyring=RING, at=UNTIL - timedelta(microseconds=1))
    with pytest.raises(LinkExpired):
        verify(link, *SUBJECT, keyring=RING, at=UNTIL)


def test_an_altered_expiry_is_an_altered_link() -> None:
    link = _given(RING.sign(*SUBJECT, NOW - timedelta(hours=1)))
    with pytest.raises(LinkInvalid):
        verify({**link, "exp": str(int(UNTIL.timestamp()))}, *SUBJECT, keyring=RING, at=NOW)
    with pytest.raises(LinkInvalid):
        verify({**link, "exp": "1"}, *SUBJECT, keyring=RING, at=NOW)


@given(name=st.sampled_from(NAMES), value=st.text(max_size=50))
def test_any_other_value_is_refused(name: str, value: str) -> None:
    link = _given(RING.sign(*SUBJECT, UNTIL, bound=True))
    if link[name] != value:
        with pytest.raises(LinkInvalid):
            verify({**link, name: value}, *SUBJECT, keyring=RING, at=NOW)


@given(name=st.sampled_from(NAMES))
def test_any_missing_value_is_refused(name: str) -> None:
    link = _given(RING.sign(*SUBJECT, UNTIL, bound=True))
    del link[name]
    with pytest.raises(LinkInvalid):
        verify(link, *SUBJECT, keyring=RING, at=NOW)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_link_opens_nothing_else(position: int) -> None:
    link = _given(RING.sign(*SUBJECT, UNTIL))
    other = [*SUBJECT]
    other[position] += "x"
    with pytest.raises(LinkInvalid):
        verify(link, *other, keyring=RING, at=NOW)


def test_parts_cannot_run_into_each_other() -> None:
    with pytest.raises(ValueError, match="line feed"):
        RING.sign("dlf_1\npty_1", "", "ord_1", UNTIL)


@pytest.mark.parametrize(
    "text", ["", "a", "a:", "a:zz", f"a:{'1' * 62}", f"a:{'1' * 64},a:{'2' * 64}", f"a b:{'1' * 64}"]
)
def test_unusable_secrets_are_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ValueError, match="link secret") as refused:
        Keyring.parse(text)
    assert "1111" not in str(refused.value)


def test_secrets_never_show() -> None:
    assert "22" not in repr(RING)
