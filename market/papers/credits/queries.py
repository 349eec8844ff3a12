"""Reading credit notes and slips."""

from typing import Any, Final

from sqlalchemy import select

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.papers.amounts import en16931
from market.papers.credits.models import CreditNote, RedSlip
from market.papers.credits.schemas import CreditNoteView, RedSlipView
from market.papers.credits.states import CODES, CREDIT_NOTE, RED_SLIP, CreditState
from market.papers.invoices.queries import claims_of, seller_role, totals_of
from market.papers.invoices.schemas import RateTotalView

AUDIENCE: Final = Audience("credit_note", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))
SLIPS: Final = Audience("red_slip", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))


async def credit_note(act: Act, credit_note_id: str) -> CreditNoteView:
    """A credit note, for its two sides and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, CreditNote, credit_note_id)
    AUDIENCE.require(act.actor, row.id, row.seller, row.buyer)
    return await view(act, row)


async def credit_notes(
    act: Act, status: str | None, invoice_id: str | None, limit: int, cursor: str | None
) -> Page[CreditNoteView]:
    """The credit notes that the actor may read, newest first."""
    query = select(CreditNote).where(AUDIENCE.among(act.actor, CreditNote.seller, CreditNote.buyer))
    if status is not None:
        query = query.where(CreditNote.status == CreditState(status))
    if invoice_id is not None:
        query = query.where(CreditNote.invoice_id == invoice_id)
    rows = await fetch(act.session, query, CreditNote.id, limit=limit, cursor=cursor, newest_first=True)
    return await rows.awaiting(lambda row: view(act, row))


async def view(act: Act, row: CreditNote) -> CreditNoteView:
    """A credit note for the wire."""
    slips = select(RedSlip).where(RedSlip.credit_note_id == row.id).order_by(RedSlip.id.desc())
    return shown(
        row,
        CreditNoteView,
        allowed_actions=sorted({str(each) for role in roles(row, act.actor)
                                for each in CREDIT_NOTE.actions(row.status, role)}),
        gross=row.gross.view(),
        tax=Money(row.tax_minor, row.currency).view(),
        totals=[RateTotalView(str(each.rate), each.net.view(), each.tax.view()) for each in totals_of(row)],
        slips=[slip_view(act, each) for each in await act.session.scalars(slips)],
    )  # fmt: skip


def slip_view(act: Act, row: RedSlip) -> RedSlipView:
    """A slip for the wire."""
    actions = {str(each) for role in roles(row, act.actor) for each in RED_SLIP.actions(row.status, role)}
    return shown(row, RedSlipView, code=row.void_code or CODES[row.status], allowed_actions=sorted(actions))


def roles(row: CreditNote | RedSlip, actor: Actor) -> list[Role]:
    """As whom the actor may act."""
    if actor.party == row.buyer:
        return [Role.BUYER]
    return [seller_role(actor)] if actor.party == row.seller else []


async def en16931_of(act: Act, credit_note_id: str) -> dict[str, Any]:
    """A credit note by the business terms of EN 16931; raises NotFound."""
    row = await one(act.session, CreditNote, credit_note_id)
    AUDIENCE.require(act.actor, row.id, row.seller, row.buyer)
    return en16931.credit_note(await claims_of(act.session, row.paper_id))
