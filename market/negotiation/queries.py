"""Reading negotiations: both sides see every round, and time that is over is told before the sweep comes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.terms.document import parsed
from contracts.terms.effects import explained
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.negotiation.models import Negotiation, NegotiationRound
from market.negotiation.schemas import NegotiationSummary, NegotiationView, RoundsDifference, RoundView
from market.negotiation.states import NEGOTIATION, OPEN, EndCode, NegotiationAction, NegotiationState, RoundKind
from market.orders.models import Order

AUDIENCE: Final = Audience("negotiation", (Role.REGULATOR, Role.AUDITOR, Role.OPERATOR))
"""Who may see a negotiation without being a side of it."""


def role_of(row: Negotiation, party: str | None) -> Role | None:
    """What a party is in a negotiation, whatever else its key may do."""
    if party is None:
        return None
    return {row.provider: Role.PROVIDER, row.consumer: Role.BUYER}.get(party)


def is_over(row: Negotiation, at: datetime) -> bool:
    """Whether an open negotiation's time was over at a moment, so that it has ended, written down or not."""
    return row.due_at is not None and row.due_at <= at


async def visible(act: Act, negotiation_id: str) -> Negotiation:
    """A negotiation, for its two sides and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, Negotiation, ids.require("neg", negotiation_id))
    AUDIENCE.require(act.actor, negotiation_id, row.provider, row.consumer)
    return row


async def rounds(session: AsyncSession, negotiation_id: str) -> Sequence[NegotiationRound]:
    """Every round in the order in which they were given; there are at most as many as the rules admit."""
    query = select(NegotiationRound).where(NegotiationRound.negotiation_id == negotiation_id)
    return (await session.scalars(query.order_by(NegotiationRound.n))).all()


async def round_of(session: AsyncSession, row: Negotiation, n: int | None = None) -> NegotiationRound:
    """A round by its number, the last one by default; raises NotFound."""
    return await _round(session, row.id, row.last_round if n is None else n)


async def _round(session: AsyncSession, negotiation_id: str, n: int) -> NegotiationRound:
    row = await session.get(NegotiationRound, (negotiation_id, n))
    if row is None:
        raise NotFound(kind="negotiation_round", id=f"{negotiation_id}/{n}")
    return row


def round_view(row: NegotiationRound) -> RoundView:
    """A round for the wire."""
    return shown(row, RoundView, kind=RoundKind(row.kind), terms=parsed(row.terms))


async def negotiation(act: Act, negotiation_id: str) -> NegotiationView:
    """A negotiation with all its rounds."""
    return await view(act, await visible(act, negotiation_id))


async def view(act: Act, row: Negotiation) -> NegotiationView:
    """A negotiation as the actor sees it, with what it may do now."""
    listed = await rounds(act.session, row.id)
    return NegotiationView(
        **_told(act, row, listed[-1].withdrawable, await _agreement_of(act.session, row)),
        rounds=[round_view(one_) for one_ in listed],
    )


async def negotiations(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[NegotiationSummary]:
    """The negotiations that the actor may see, newest first."""
    query = _with_last_round().where(AUDIENCE.among(act.actor, Negotiation.provider, Negotiation.consumer))
    if status is not None:
        query = query.where(_standing(NegotiationState(status), act.at))
    rows = await fetch(act.session, query, Negotiation.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: NegotiationSummary(**_told(act, row[0], row[1], row[2])))


def _with_last_round() -> Select[Negotiation, bool, str | None]:
    last = (NegotiationRound.negotiation_id == Negotiation.id) & (NegotiationRound.n == Negotiation.last_round)
    agreed = func.coalesce(Negotiation.agreement_id, Order.agreement_id)
    query = select(Negotiation, NegotiationRound.withdrawable, agreed).join(NegotiationRound, last)
    return query.join(Order, Order.id == Negotiation.order_id, isouter=True)


def _standing(state: NegotiationState, at: datetime) -> ColumnElement[bool]:
    """Rows that stand in a state at a moment, written down or not."""
    over = Negotiation.status.in_(OPEN) & (Negotiation.due_at <= at)
    written = Negotiation.status == state
    return written | over if state is NegotiationState.TERMINATED else written & not_(over)


def _told(act: Act, row: Negotiation, withdrawable: bool, agreement_id: str | None) -> dict[str, Any]:
    """What a view says of a negotiation at the act's moment."""
    names = ("id", "provider", "consumer", "listing_id", "offer_id", "reason", "last_round", "terms_digest")
    told: dict[str, Any] = {name: getattr(row, name) for name in (*names, "order_id", "initiated_by", "opened_at")}
    over = is_over(row, act.at)
    code = row.on_due if over else row.end_code
    return told | {
        "status": NegotiationState.TERMINATED if over else row.status,
        "allowed_actions": [] if over else allowed(row, withdrawable, act.actor),
        "owner": None if over else row.owner,
        "due_at": None if over else row.due_at,
        "on_due": None if over or row.on_due is None else EndCode(row.on_due),
        "end_code": None if code is None else EndCode(code),
        "agreement_id": agreement_id,
    }


def allowed(row: Negotiation, withdrawable: bool, actor: Actor) -> list[str]:
    """What a side may do now, by the names of the routes: a round of its own is `counter`."""
    role = role_of(row, actor.party)
    if role is None:
        return []
    counters = (NegotiationAction.REQUEST, NegotiationAction.OFFER)
    found = {"counter" if action in counters else str(action) for action in NEGOTIATION.actions(row.status, role)}
    return sorted(found if withdrawable else found - {str(NegotiationAction.WITHDRAW)})


async def difference(act: Act, negotiation_id: str, old: int | None, new: int | None) -> RoundsDifference:
    """What became of the terms from one round to another, the last by default and the one before it.

    Raises NotFound for a round that there is not.
    """
    row = await visible(act, negotiation_id)
    after = await round_of(act.session, row, new)
    before = await round_of(act.session, row, max(after.n - 1, 1) if old is None else old)
    return RoundsDifference(row.id, before.n, after.n, explained(parsed(before.terms), parsed(after.terms)))


async def _agreement_of(session: AsyncSession, row: Negotiation) -> str | None:
    if row.order_id is None:
        return row.agreement_id
    return await session.scalar(select(Order.agreement_id).where(Order.id == row.order_id))


async def count_open(act: Act, provider: str, consumer: str) -> int:
    """How many negotiations of two parties wait for an answer now."""
    query = select(func.count()).where(
        Negotiation.provider == provider, Negotiation.consumer == consumer, Negotiation.due_at > act.at
    )
    return int(await act.session.scalar(query) or 0)
