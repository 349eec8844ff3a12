"""Who owes what by when: hand-derived from China's calendar of 2026."""

from datetime import UTC, date, datetime

import pytest

from contracts.clauses.obligations import ClockLength, clock_text, due, obligations
from contracts.clauses.types import ClockKind, Side, Trigger
from kernel.time.workdays import Deadline
from tests.contracts.clauses.drafts import LIBRARY, filled, use

AT = datetime(2026, 9, 29, 8, 0, tzinfo=UTC)
"""16:00 in Beijing on Tuesday, 29 September 2026; the National Day holidays are 1 to 7 October."""


@pytest.mark.parametrize(
    ("kind", "length", "late_from"),
    [
        (ClockKind.AT_ONCE, 0, "2026-09-29T08:00"),
        (ClockKind.HOURS, 24, "2026-09-30T08:00"),
        # 30 September and 8 and 9 October work; the third day ends at midnight in Beijing.
        (ClockKind.WORKDAYS, 3, "2026-10-09T16:00"),
        # The last of three days is a holiday, and the parties agreed that this moves nothing.
        (ClockKind.DAYS, 3, "2026-10-02T16:00"),
        (ClockKind.DAYS, 30, "2026-10-29T16:00"),
        # Ninety days before 29 September is 1 July: notice on that day is in time, on the next it is not.
        (ClockKind.DAYS_BEFORE, 90, "2026-07-01T16:00"),
    ],
)
def test_when_it_is_late(kind: ClockKind, length: int, late_from: str) -> None:
    found = due(AT, ClockLength(kind, length))
    assert found.at == datetime.fromisoformat(late_from).replace(tzinfo=UTC)
    assert not found.provisional


def test_the_day_is_chinas_and_the_calendar_is_given() -> None:
    """At 16:30 UTC it is the next day in Beijing already."""
    late = datetime(2026, 9, 29, 16, 30, tzinfo=UTC)
    assert due(late, ClockLength(ClockKind.DAYS, 1)).at == datetime(2026, 10, 1, 16, tzinfo=UTC)

    def guessed(start: date, days: int) -> Deadline:
        return Deadline(date(2027, 1, days), provisional=start == date(2026, 9, 30))

    found = due(late, ClockLength(ClockKind.WORKDAYS, 4), guessed)
    assert (found.at, found.provisional) == (datetime(2027, 1, 4, 16, tzinfo=UTC), True)


@pytest.mark.parametrize("length", [None, -1, 36_501, 10**15])
def test_no_clock_has_such_a_length(length: int | None) -> None:
    with pytest.raises(ValueError, match="no clock"):
        due(AT, ClockLength(ClockKind.WORKDAYS, length))


def test_what_the_provision_contract_makes_each_side_owe() -> None:
    chosen = [(LIBRARY.offered[each.clause], each) for each in filled(LIBRARY.models["provision"])]
    parties = {Side.PROVIDER: "pty_p", Side.CONSUMER: "pty_c"}
    owed = obligations(chosen, parties=parties, triggers={Trigger.IN_FORCE: AT, Trigger.END: AT})
    told = {(each.code, each.bearer): each for each in owed}
    deliver = told["deliver", Side.PROVIDER]
    assert (deliver.clause, deliver.bearer_id, deliver.beneficiary_id) == ("delivery-files", "pty_p", "pty_c")
    assert deliver.due_at == datetime(2026, 10, 9, 16, tzinfo=UTC)
    pay = told["pay", Side.CONSUMER]
    assert (pay.trigger, pay.clock, pay.due_at) == (Trigger.INVOICE, ClockLength(ClockKind.WORKDAYS, 10), None)
    inspect = told["inspect", Side.CONSUMER]
    assert (inspect.trigger, inspect.clock) == (Trigger.DELIVERED, ClockLength(ClockKind.WORKDAYS, 10))
    assert told["delete", Side.CONSUMER].due_at == datetime(2026, 10, 29, 16, tzinfo=UTC)
    assert told["delete", Side.CONSUMER].survives
    for side in (Side.PROVIDER, Side.CONSUMER):
        assert told["incident-notice", side].clock == ClockLength(ClockKind.HOURS, 24)
        assert told["cure", side].clock == ClockLength(ClockKind.WORKDAYS, 10)
    assert told["not-reidentify", Side.CONSUMER].clock is None


def test_the_clock_is_the_parameter_and_a_blank_is_none() -> None:
    clause = LIBRARY.offered["renewal-opt-in"]
    owed = obligations([(clause, use("renewal-opt-in", price_days=120))], triggers={Trigger.PRICE_CHANGE: AT})
    price = next(each for each in owed if each.code == "price-notice")
    assert price.clock == ClockLength(ClockKind.DAYS_BEFORE, 120)
    assert price.due_at == datetime(2026, 6, 1, 16, tzinfo=UTC)
    blank = obligations(
        [(clause, type(use("secrecy"))("renewal-opt-in", "1", {}))], triggers={Trigger.PRICE_CHANGE: AT}
    )
    price = next(each for each in blank if each.code == "price-notice")
    assert price.clock == ClockLength(ClockKind.DAYS_BEFORE, None)
    assert price.due_at is None
    assert clock_text(price.clock).en == "at the latest … days before"


def test_a_length_that_no_contract_has_is_computed_by_nobody() -> None:
    clause = LIBRARY.offered["delivery-files"]
    (owed,) = obligations([(clause, use("delivery-files", days=10**15))], triggers={Trigger.IN_FORCE: AT})
    assert owed.due_at is None
