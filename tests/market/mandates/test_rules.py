"""The rules of mandates without a database: thumbprints, what is signed, and what goes beyond."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.crypto import signing
from kernel.errors import InvalidInput
from kernel.money import Money, MoneyView
from market.mandates.rules import (
    Approval,
    Bounds,
    Purchase,
    beyond,
    is_by_agent,
    is_now,
    moment,
    order_text,
    thumbprint,
)
from tests.market.mandates.story import AGENT_JKT, AGENT_SEED

PUBLIC = base64.urlsafe_b64decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
"""The public key of RFC 8037, appendix A.2."""

SIGNED = (
    '{"amount":{"amount":"3.00","currency":"CNY"},"at":"2026-11-23T02:00:00Z","key":"erp-4711","mandate":"mnd_1",'
    '"quote":"oqt_1"}'
)
"""Written by hand by RFC 8785: members sorted, nothing between them."""


def test_a_key_is_named_by_the_thumbprint_of_its_jwk():
    assert signing.Ed25519Signer(AGENT_SEED).public == PUBLIC
    assert thumbprint(PUBLIC) == AGENT_JKT


def test_an_agent_signs_five_members_and_nothing_else():
    text = order_text("mnd_1", "oqt_1", "erp-4711", MoneyView("3.00", "CNY"), "2026-11-23T02:00:00Z")
    assert text == SIGNED
    key = signing.Ed25519Signer(AGENT_SEED)
    public, signature = signing.multibase(key.public), base64.b64encode(key.sign(SIGNED.encode())).decode()
    assert is_by_agent(AGENT_JKT, public, signature, text)
    assert not is_by_agent(AGENT_JKT, public, signature, text.replace("3.00", "3.01"))
    other = signing.Ed25519Signer(b"\x01" * 32)
    theirs = base64.b64encode(other.sign(SIGNED.encode())).decode()
    assert not is_by_agent(AGENT_JKT, signing.multibase(other.public), theirs, text)
    assert not is_by_agent(AGENT_JKT, "z6Mk", signature, text)


def test_who_approves_signs_which_order_of_what_on_which_terms():
    amount = MoneyView("3.00", "CNY")
    assert Approval("mnd_1", "mor_1", "oqt_1", "lst_1", "research", "sha256:00", amount).text == (
        '{"amount":{"amount":"3.00","currency":"CNY"},"listing":"lst_1","mandate":"mnd_1","order":"mor_1",'
        '"purpose":"research","quote":"oqt_1","terms_digest":"sha256:00","type":"liutong.mandate-approval.v1"}'
    )


@given(st.integers(-200_000_000, 200_000_000))
def test_a_moment_is_now_while_it_differs_by_less_than_sixty_seconds(microseconds):
    at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert is_now(at + timedelta(microseconds=microseconds), at, 60) == (abs(microseconds) < 60_000_000)


def test_a_day_that_there_is_not_is_no_moment():
    assert moment("2026-11-23T02:00:00.5Z") == datetime(2026, 11, 23, 2, 0, 0, 500_000, tzinfo=UTC)
    with pytest.raises(InvalidInput) as problem:
        moment("2026-02-30T02:00:00Z")
    assert [one.pointer for one in problem.value.errors] == ["/at"]


PLACES = st.lists(st.sampled_from(["CN", "CN-15", "CN-1501", "CN-31", "HK", "world"]), min_size=1, max_size=3)
COVERS = {
    "world": {"CN", "CN-15", "CN-1501", "CN-31", "HK", "world"},
    "CN": {"CN", "CN-15", "CN-1501", "CN-31"},
    "CN-15": {"CN-15", "CN-1501"},
    "CN-1501": {"CN-1501"},
    "CN-31": {"CN-31"},
    "HK": {"HK"},
}
"""What lies in what, by hand."""


@given(
    sellers=st.sets(st.sampled_from("abc"), max_size=2),
    purposes=st.sets(st.sampled_from("xyz"), max_size=2),
    allowed=PLACES,
    reaches=PLACES,
    grades=st.tuples(st.sampled_from(["general", "important"]), st.sampled_from(["general", "important"])),
    amounts=st.tuples(st.integers(1, 5), st.integers(0, 5)),
)
def test_an_order_is_within_exactly_where_every_condition_holds(sellers, purposes, allowed, reaches, grades, amounts):
    bounds = Bounds(sorted(sellers), sorted(purposes), grades[0], allowed, Money(amounts[0], "CNY"))
    order = Purchase("a", "x", grades[1], reaches, Money(amounts[1], "CNY"))
    expected = {
        "/seller": "a" not in sellers,
        "/purpose": "x" not in purposes,
        "/grade": grades == ("general", "important"),
        "/territory": not set(reaches) <= set().union(*(COVERS[place] for place in allowed)),
        "/amount": amounts[1] > amounts[0],
    }
    assert {fault.pointer for fault in beyond(bounds, order)} == {name for name, wrong in expected.items() if wrong}


def test_another_currency_is_beyond_and_what_is_free_has_none():
    bounds = Bounds(["a"], ["x"], "general", ["world"], Money(300, "EUR"))
    dear = Purchase("a", "x", "general", ["CN"], Money(1, "CNY"))
    assert [fault.pointer for fault in beyond(bounds, dear)] == ["/amount/currency"]
    assert beyond(bounds, Purchase("a", "x", "general", ["CN"], Money(0, "CNY"))) == []
