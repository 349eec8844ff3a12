"""Drafting contracts on services, and the end of those that are not signed in time."""

from datetime import datetime
from typing import Final

from contracts.agreements import commands as agreements
from contracts.agreements import gates, rules
from contracts.agreements.models import Agreement
from contracts.agreements.states import AGREEMENT, UNSIGNED
from contracts.terms.document import Terms
from contracts.terms.reading import read
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import locked

_CURRENCY: Final = "CNY"
"""What an order would be charged in; of a service nothing is charged through the centre."""


async def draft(act: Act, terms: Terms, sign_due_at: datetime) -> Agreement:
    """Draft a contract on services, which both sign until a moment; no order, title or gate has to do with it."""
    terms, today = read(terms, act.today, "/terms"), act.today
    assert terms.consumer is not None
    assert terms.ends_on is not None
    agreement_id = ids.new("agr")
    parties = (
        await agreements.party_facts(act.session, terms.provider),
        await agreements.party_facts(act.session, terms.consumer),
    )
    content = rules.content_of_service(agreement_id, terms, parties, today)
    row = Agreement(
        id=agreement_id,
        provider=terms.provider,
        consumer=terms.consumer,
        files=[],
        amount_minor=0,
        currency=_CURRENCY,
        term_days=(terms.ends_on - today).days + 1,
        content=content,
        digest=rules.digest(content),
        licence_ends_on=terms.ends_on,
        sign_due_at=sign_due_at,
        amendments=[],
        created_at=act.at,
    )
    await gates.ask(act.session, row, "contract", row.id, at=act.at)
    await lifecycle.begin(act, row, AGREEMENT, parties=row.parties, digest=row.digest)
    return row


async def lapse(act: Act, agreement_id: str) -> bool:
    """A contract without an order that was not signed in time is over; says whether it is."""
    row = await locked(act.session, Agreement, agreement_id)
    if row.status not in UNSIGNED or row.sign_due_at is None or row.sign_due_at > act.at:
        return False
    await agreements.terminate(act, agreement_id, "not signed in time")
    return True
