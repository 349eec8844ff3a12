"""Statements about one thing: a bill with all its lines, and the advice of a payout with what it pays."""

from typing import Any

import msgspec

from contracts.agreements.models import Agreement
from kernel.act import Act
from kernel.db import locked, one
from kernel.identity.models import Party
from kernel.states import Role
from kernel.time.clock import timestamp
from kernel.views.audience import Audience
from market.billing import queries as bills
from market.billing.models import Bill
from market.papers import issuing
from market.papers.models import Paper
from market.papers.statements.errors import PayoutNotSent
from market.papers.statements.monthly import drawn
from market.papers.statements.references import of_orders, references
from market.payouts import queries as payouts
from market.payouts.models import Payout
from market.payouts.states import PayoutState

LEFT = (PayoutState.SENT, PayoutState.CONFIRMED, PayoutState.RETURNED)


async def of_bill(act: Act, bill_id: str) -> Paper:
    """Draw the statement of a bill, once; raises NotFound for whoever may not read the bill."""
    detail = await bills.bill(act, bill_id)
    row = await locked(act.session, Bill, bill_id)
    _require(act, bills.AUDIENCE, row.id, row.provider, row.buyer)
    if (made := await drawn(act, "bill-statement", row.id, row.currency)) is not None:
        return made
    order_id = (await one(act.session, Agreement, row.agreement_id)).licensed.order_id
    reference = (await of_orders(act.session, {row.id: order_id}, row.buyer)).get(row.id)
    claims: dict[str, Any] = {
        "bill_number": row.number,
        "bill_id": row.id,
        "agreement_id": row.agreement_id,
        "billed_at": timestamp(row.issued_at),
        "due_at": timestamp(row.due_at),
        "provider": await party(act, row.provider),
        "buyer": await party(act, row.buyer),
        "lines": [_plain(each) for each in detail.lines],
        "usage": [_plain(each) for each in detail.usage],
        "total": row.total.view().amount,
        **({} if reference is None else {"order_reference": reference}),
    }
    parties = (row.provider, row.buyer)
    paper = await issuing.issue(
        act, "bill-statement", row.id, claims, party=row.provider, parties=parties, currency=row.currency
    )
    row.document_id = paper.document_id
    return paper


async def of_payout(act: Act, payout_id: str) -> Paper:
    """Draw the advice of a payout that has left, once; raises NotFound and PayoutNotSent."""
    advice = await payouts.advice(act, payout_id)
    row = await one(act.session, Payout, payout_id)
    _require(act, payouts.PAYOUTS, row.id, row.party_id)
    if (made := await drawn(act, "payout-advice", row.id, row.currency)) is not None:
        return made
    if row.status not in LEFT:
        raise PayoutNotSent(payout=row.id, state=str(row.status))
    lines = [_plain(each) for each in advice.lines]
    known = await references(act.session, [line["subject"] for line in lines], row.party_id)
    for line in lines:
        if (reference := known.get(line["subject"])) is not None:
            line["order_reference"] = reference
    claims: dict[str, Any] = {
        "payout_id": row.id,
        "batch_id": row.batch_id,
        "payee": await party(act, row.party_id),
        "account_holder": advice.account_holder,
        "account_number": advice.account_number,
        "amount": row.money.view().amount,
        "opening": advice.opening_balance.amount,
        "lines": lines,
        "line_count": str(advice.line_count),
        "closing": advice.closing_balance.amount,
    }
    return await issuing.issue(
        act, "payout-advice", row.id, claims, party=row.party_id, parties=(), currency=row.currency
    )


def _require(act: Act, audience: Audience, subject: str, *parties: str) -> None:
    """Its own parties draw a paper, and the clearing officer for them; whoever merely watches reads it."""
    if not act.actor.has(Role.CLEARING):
        audience.require_party(act.actor, subject, *parties)


async def party(act: Act, party_id: str) -> dict[str, str]:
    """A party by name and code."""
    row = await one(act.session, Party, party_id)
    return {"party_id": row.id, "name": row.name, "uscc": row.uscc}


def _plain(view: msgspec.Struct) -> dict[str, Any]:
    """A view as claims have it: numbers that matter are text."""
    made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(view))
    return {name: str(value) if isinstance(value, int) else value for name, value in made.items()}
