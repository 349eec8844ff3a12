"""Reading decisions and notes: for the party itself, and for those who watch; and their amounts for a page."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from valuation.accounting.models import AccountingDecision, AccountingNote
from valuation.accounting.schemas import DecisionView, NoteView

TEMPLATE_FUNCTIONS: dict[str, Callable[..., Any]] = {"accounting_amount": lambda digits: f"{Decimal(digits):,}"}

DECISIONS = Audience("accounting_decision", (Role.REGULATOR, Role.AUDITOR))
NOTES = Audience("accounting_note", (Role.REGULATOR, Role.AUDITOR))
"""Whose books these are not, but who may read them."""


def decision_view(row: AccountingDecision) -> DecisionView:
    """A decision for the wire."""
    return shown(row, DecisionView, decision=row.body)


def note_view(row: AccountingNote) -> NoteView:
    """A note for the wire."""
    return shown(row, NoteView, note=row.body)


async def decision(act: Act, decision_id: str) -> DecisionView:
    """A decision; raises NotFound."""
    row = await one(act.session, AccountingDecision, ids.require("acd", decision_id))
    DECISIONS.require(act.actor, decision_id, row.party)
    return decision_view(row)


async def note(act: Act, note_id: str) -> NoteView:
    """A note; raises NotFound."""
    row = await one(act.session, AccountingNote, ids.require("acn", note_id))
    NOTES.require(act.actor, note_id, row.party)
    return note_view(row)


async def decisions(act: Act, asset_id: str | None, limit: int, cursor: str | None) -> Page[DecisionView]:
    """Decisions, the newest first: one's own, or all for those who watch."""
    query = select(AccountingDecision).where(DECISIONS.among(act.actor, AccountingDecision.party))
    if asset_id is not None:
        query = query.where(AccountingDecision.asset_id == asset_id)
    key = AccountingDecision.id
    return (await fetch(act.session, query, key, limit=limit, cursor=cursor, newest_first=True)).of(decision_view)


async def notes(act: Act, limit: int, cursor: str | None) -> Page[NoteView]:
    """Notes, the newest first: one's own, or all for those who watch."""
    query = select(AccountingNote).where(NOTES.among(act.actor, AccountingNote.party))
    key = AccountingNote.id
    return (await fetch(act.session, query, key, limit=limit, cursor=cursor, newest_first=True)).of(note_view)
