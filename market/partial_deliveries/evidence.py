"""What others compare an order by that was settled in parts: one deal, once its last part is over."""

from sqlalchemy import select

from contracts.agreements.models import Agreement
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import one
from kernel.documents.models import Document
from kernel.money import Money
from market.delivery_plans import queries
from market.delivery_plans.commands import SETTLED
from market.delivery_plans.states import PartState
from market.orders.models import Order
from market.refunds.paid import gone_back
from market.settlement.commands import Deal, as_evidence
from market.splits.models import Distribution


async def note(act: Act, order: Order) -> None:
    """Hand on what was paid for what was accepted, and did not go back since; where that is nothing, it is no price.

    It is proved by the statements of its parts: the digest of their list (RFC 8785).
    """
    parts = await queries.of_order(act.session, order.id)
    accepted = [row for row in parts if row.status is PartState.ACCEPTED]
    query = select(Distribution.subject, Distribution.gross_minor)
    shared = await act.session.execute(query.where(Distribution.subject.in_([row.id for row in accepted])))
    gross = {str(subject): int(minor) for subject, minor in shared}
    paid = [min(gross.get(row.id, 0), row.amount_minor - await gone_back(act.session, row.id)) for row in accepted]
    if sum(paid) == 0:
        return
    named = [row.statement_id for row in accepted if row.statement_id is not None]
    documents = (await act.session.scalars(select(Document).where(Document.id.in_(named)).order_by(Document.id))).all()
    told = {"order": order.id, "statements": [document.sha256 for document in documents]}
    deal = Deal(order.id, canonical.digest(told), Money(sum(paid), order.currency), whole=len(accepted) == len(parts))
    await as_evidence(act, order, await one(act.session, Agreement, order.agreement_id or ""), deal)


if note not in SETTLED:
    SETTLED.append(note)
