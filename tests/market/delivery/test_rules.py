"""When files may be fetched, and what counts as having received them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.agreements.states import AgreementState
from market.delivery.rules import is_fetched, may_fetch, receipt_faults
from market.orders.rules import licence_until
from market.orders.states import OrderState

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
OPEN = {OrderState.PAID, OrderState.DELIVERED, OrderState.ACCEPTED, OrderState.SETTLED}
NAMES = st.dictionaries(st.text(min_size=1, max_size=5), st.text("ab", min_size=2, max_size=2), min_size=1, max_size=6)


@pytest.mark.parametrize("order", list(OrderState))
@pytest.mark.parametrize("agreement", list(AgreementState))
def test_only_paid_orders_under_agreements_in_force(order: OrderState, agreement: AgreementState) -> None:
    expected = order in OPEN and agreement is AgreementState.IN_FORCE
    assert may_fetch(order, agreement, None, 1, NOW) is expected


def test_the_licence_runs_to_the_end_of_its_last_day_as_the_entitlement_says() -> None:
    settled = OrderState.SETTLED, AgreementState.IN_FORCE, NOW, 30
    until = licence_until(NOW, 30)
    assert until is not None
    assert until - NOW > timedelta(days=30)
    assert may_fetch(*settled, until - timedelta(microseconds=1))
    assert not may_fetch(*settled, until)


@given(NAMES)
def test_exactly_what_was_agreed_has_no_fault(agreed: dict[str, str]) -> None:
    assert receipt_faults(agreed, list(agreed.items())) == []
    assert receipt_faults(agreed, list(reversed(agreed.items()))) == []


@given(NAMES, st.data())
def test_anything_else_has(agreed: dict[str, str], data: st.DataObject) -> None:
    exact = list(agreed.items())
    at = data.draw(st.integers(0, len(exact) - 1))
    name, digest = exact[at]
    others = [
        exact[:at] + exact[at + 1 :],
        [*exact, exact[at]],
        [*exact[:at], (name, digest + "x"), *exact[at + 1 :]],
        [*exact, (name + "?" * 9, digest)],
    ]
    for received in others:
        faults = receipt_faults(agreed, received)
        assert len(faults) == 1
        assert faults[0].rule == "LT-DLV-03"
        assert faults[0].detail.of("en")


def test_a_name_with_braces_is_shown_as_it_is_read() -> None:
    assert receipt_faults({"{x}": "aa"}, [])[0].detail.of("zh") == "缺少文件：{x}"


@given(size=st.integers(1, 12), spans=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 14)), max_size=5))
def test_fetched_is_every_byte(size: int, spans: list[tuple[int, int]]) -> None:
    asked = [(first, last) for first, last in spans if first <= last and first < size]
    given_bytes = {byte for first, last in asked for byte in range(first, min(last + 1, size))}
    assert is_fetched(size, [f"bytes={first}-{last}" for first, last in asked]) is (given_bytes == set(range(size)))


def test_one_answer_with_the_whole_file_is_enough_and_none_is_not() -> None:
    assert is_fetched(10, [None])
    assert is_fetched(0, [None])
    assert not is_fetched(10, [])
    assert not is_fetched(10, ["bytes=0-0"])
    assert is_fetched(10, ["bytes=-4", "bytes=0-5"])
