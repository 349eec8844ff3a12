"""Reading decisions and notes: for the party itself, and for those who watch; and their amounts for a page."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.views.paging import CursorOf, Page, decode, page
from valuation.accounting.models import AccountingDecision, AccountingNote
from valuation.accounting.schemas import DecisionView, NoteView

TEMPLATE_FUNCTIONS: dict[str, Callable[..., Any]] = {"accounting_amount": lambda digits: f"{Decimal(digits):,}"}

WATCHERS = (Role.REGULATOR, Role.AUDITOR)
"""Whose books these are not, but who may read them."""


def decision_view(row: AccountingDecision) -> DecisionView:
    """A decision for the wire."""
    return DecisionView(
        id=row.id,
        asset_id=row.asset_id,
        revision_id=row.revision_id,
        party=row.party,
        classification=row.classification,
        decision=row.body,
        document_id=row.document_id,
        created_at=row.created_at,
    )


def note_view(row: AccountingNote) -> NoteView:
    """A note for the wire."""
    return NoteView(
        id=row.id,
        party=row.party,
        currency=row.currency,
        period_from=row.period_from,
        period_until=row.period_until,
        note=row.body,
        document_id=row.document_id,
        created_at=row.created_at,
    )


async def decision(act: Act, decision_id: str) -> DecisionView:
    """A decision; raises NotFound."""
    row = await one(act.session, AccountingDecision, ids.require("acd", decision_id))
    _require(act.actor, row.party, "accounting_decision", decision_id)
    return decision_view(row)


async def note(act: Act, note_id: str) -> NoteView:
    """A note; raises NotFound."""
    row = await one(act.session, AccountingNote, ids.require("acn", note_id))
    _require(act.actor, row.party, "accounting_note", note_id)
    return note_view(row)


def _require(actor: Actor, party: str, kind: str, id_: str) -> None:
    if actor.party != party and not actor.has(*WATCHERS):
        raise NotFound(kind=kind, id=id_)


async def decisions(act: Act, asset_id: str | None, limit: int, cursor: str | None) -> Page[DecisionView]:
    """Decisions, the newest first: one's own, or all for those who watch."""
    query = select(AccountingDecision).order_by(AccountingDecision.id.desc())
    if not act.actor.has(*WATCHERS):
        query = query.where(AccountingDecision.party == act.actor.party)
    if asset_id is not None:
        query = query.where(AccountingDecision.asset_id == asset_id)
    if (before := decode(cursor, 1)) is not None:
        query = query.where(AccountingDecision.id < before[0])
    rows = await act.session.scalars(query.limit(limit + 1))
    return page([decision_view(row) for row in rows], limit, CursorOf[DecisionView](("id",)))


async def notes(act: Act, limit: int, cursor: str | None) -> Page[NoteView]:
    """Notes, the newest first: one's own, or all for those who watch."""
    query = select(AccountingNote).order_by(AccountingNote.id.desc())
    if not act.actor.has(*WATCHERS):
        query = query.where(AccountingNote.party == act.actor.party)
    if (before := decode(cursor, 1)) is not None:
        query = query.where(AccountingNote.id < before[0])
    rows = await act.session.scalars(query.limit(limit + 1))
    return page([note_view(row) for row in rows], limit, CursorOf[NoteView](("id",)))
