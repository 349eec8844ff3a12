"""The proof of the books notices what must not be: here somebody with the database in hand tampers with it."""

from datetime import date

import pytest
from sqlalchemy import text

from kernel.db import unit
from kernel.runtime import Runtime
from market.reconciliation import Report, check
from tests.conftest import As
from tests.market.payments.conftest import Place, opened

ESCROW = "The order is paid, but escrow holds"


async def paid(as_: As, order_of: Place) -> str:
    buyer, clearing = await as_("buyer"), await as_("clearing")
    order = await order_of(buyer)
    payment = await opened(buyer, order)
    money = {"amount": "1250.00", "currency": "CNY"}
    body = {"bank_reference": "B-0001", "amount": money, "received_on": date(2026, 11, 23).isoformat()}
    answer = await clearing.post(f"/v1/payments/{payment['id']}/confirm", body)
    assert answer.status_code == 200, answer.text
    return order


async def tampered(runtime: Runtime, *statements: str) -> Report:
    """Run statements as a superuser who has switched the triggers off, then check."""
    async with unit(runtime.sessions) as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await session.execute(text(statement))
    async with unit(runtime.sessions) as session:
        return await check(session)


def told(report: Report) -> str:
    return " | ".join(fault.detail.en for fault in report.faults)


async def test_untouched_books_hold(as_: As, place: Place, runtime: Runtime) -> None:
    await paid(as_, place)
    async with unit(runtime.sessions) as session:
        report = await check(session)
    assert (report.entries, report.postings, report.faults) == (1, 1, [])


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE posting SET amount_minor = amount_minor - 1", "The postings differ from the log"),
        ("UPDATE posting SET amount_minor = amount_minor - 1", "what is booked for it differ"),
        ("UPDATE posting SET amount_minor = amount_minor - 1", ESCROW),
        ("UPDATE ledger_entry SET reference = 'order:x:sale'", "The entry differs from the log"),
        ("DELETE FROM posting; DELETE FROM ledger_entry", "missing from the books"),
        ("DELETE FROM posting; DELETE FROM ledger_entry", "what is booked for it differ"),
        ("DELETE FROM log_entry WHERE kind = 'market.ledger_entry.posted'", "The entry is not in the log"),
        (
            "UPDATE log_entry SET facts = facts || '{\"kind\": \"gift\"}' WHERE kind = 'market.ledger_entry.posted'",
            "do not match their commitment",
        ),
        ("UPDATE posting SET debit = credit, credit = debit", "The account is overdrawn: -1250.00 CNY"),
        ("UPDATE payment SET status = 'failed'", "what is booked for it differ"),
        ("UPDATE payment SET amount_minor = 1", "what is booked for it differ"),
        ("UPDATE \"order\" SET status = 'settled'", "The order is settled, but escrow holds 125000"),
    ],
)
async def test_each_kind_of_tampering_is_found(
    as_: As,
    place: Place,
    runtime: Runtime,
    statement: str,
    expected: str,
) -> None:
    await paid(as_, place)
    report = await tampered(runtime, *statement.split("; "))
    assert expected in told(report)
