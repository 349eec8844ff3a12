"""What every answer rests on: whose move it is under the lock, and the round that takes the place of the one before."""

from dataclasses import dataclass
from datetime import datetime

from contracts.approvals import commands as approvals
from contracts.terms.document import Terms, digest, plain
from contracts.terms.price.amounts import exposure
from kernel import lifecycle
from kernel.act import Act
from kernel.db import locked
from kernel.errors import NotFound
from kernel.states import Role
from kernel.time.clock import timestamp
from market.negotiation import queries
from market.negotiation.errors import NegotiationClosed, NegotiationExpired, NotYourMove, RoundsTooMany
from market.negotiation.models import Negotiation, NegotiationRound
from market.negotiation.rules import clock
from market.negotiation.states import ANSWERS, NEGOTIATION, OPEN, NegotiationAction, NegotiationState, RoundKind
from market.offers import checks
from market.offers.rules import RULES
from market.offers.schemas import Moment


@dataclass(frozen=True, slots=True)
class Said:
    """A round before it is written: the terms, and how long and how firmly their author stands by them."""

    terms: Terms
    expires_at: Moment | None
    withdrawable: bool
    note: str
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An open negotiation under its lock: the last round, what the actor is in it, and the moment it was locked."""

    row: Negotiation
    last: NegotiationRound
    role: Role
    at: datetime


async def standing(act: Act, negotiation_id: str) -> Standing:
    """Lock a negotiation in which the actor is a side; the moment is read anew under the lock.

    Raises NotFound for strangers, and for one that is over NegotiationClosed or NegotiationExpired, naming the state.
    """
    seen = await queries.visible(act, negotiation_id)
    queries.AUDIENCE.require_party(act.actor, negotiation_id, seen.provider, seen.consumer)
    row = await locked(act.session, Negotiation, negotiation_id)
    at = act.after_waiting()
    if row.status not in OPEN:
        since = timestamp(row.status_changed_at)
        code = row.end_code or str(row.status)
        raise NegotiationClosed(negotiation=row.id, state=str(row.status), ended_as=code, since=since)
    if queries.is_over(row, at):
        assert row.due_at is not None
        state, since = str(NegotiationState.TERMINATED), timestamp(row.due_at)
        raise NegotiationExpired(negotiation=row.id, state=state, ended_as=row.on_due, since=since)
    role = queries.role_of(row, act.actor.party)
    if role is None:
        raise NotFound(kind=queries.AUDIENCE.kind, id=negotiation_id)
    return Standing(row, await queries.round_of(act.session, row), role, at)


def require_move(act: Act, standing: Standing) -> None:
    """Raise NotYourMove, naming who answers by when, unless the actor's party owes the answer."""
    row = standing.row
    if row.owner == act.actor.party:
        return
    assert row.due_at is not None
    allowed = queries.allowed(row, standing.last.withdrawable, act.actor)
    due = timestamp(row.due_at)
    raise NotYourMove(negotiation=row.id, state=str(row.status), owner=row.owner, due_at=due, allowed=allowed)


def hand_over(row: Negotiation, role: Role, said: Said, at: datetime, act: Act) -> None:
    """Make it the other side's move after a round of `role`, with the clock of that round."""
    made = clock(at, said.expires_at, RULES.at(act.today).body)
    row.owner = row.consumer if role is Role.PROVIDER else row.provider
    row.due_at, row.remind_at, row.on_due, row.reminded_at = made.due_at, made.remind_at, str(made.on_due), None


def write(act: Act, row: Negotiation, by: str, kind: RoundKind, said: Said) -> NegotiationRound:
    """Write the round that `row.last_round` counts."""
    made = NegotiationRound(
        negotiation_id=row.id,
        n=row.last_round,
        by=by,
        kind=str(kind),
        terms=plain(said.terms),
        terms_digest=digest(said.terms),
        expires_at=said.expires_at,
        withdrawable=said.withdrawable,
        note=said.note,
        message_id=said.message_id,
        at=act.at,
    )
    act.session.add(made)
    return made


async def add(act: Act, standing: Standing, said: Said) -> NegotiationRound:
    """Answer with a round of the actor's own; raises NotYourMove, RoundsTooMany and whatever the terms refuse."""
    row, table = standing.row, RULES.at(act.today).body
    require_move(act, standing)
    if row.last_round >= table.rounds_max:
        raise RoundsTooMany(limit=table.rounds_max, what=row.id)
    checks.require_expiry(standing.at, said.expires_at, table)
    product = None if row.listing_id is None else await checks.product(act, row.listing_id, known=True)
    await checks.require_between(act, said.terms, product, row.parties)
    await require_approval(act, said.terms)
    action, kind = ANSWERS[standing.role]
    row.last_round += 1
    made = write(act, row, act.actor.party or "", kind, said)
    await approvals.void(act, standing.last.terms_digest, made.terms_digest, *row.parties)
    hand_over(row, standing.role, said, standing.at, act)
    await step(act, row, action, standing.role, round=row.last_round, terms=made.terms_digest)
    await act.session.flush()
    return made


async def require_approval(act: Act, terms: Terms) -> None:
    """Raise what the acting party's own rule lacks for its being bound by terms; see contracts.approvals."""
    await approvals.require(act, act.actor.party or "", digest(terms), exposure(terms, act.today))


async def step(act: Act, row: Negotiation, action: NegotiationAction, role: Role, **facts: object) -> None:
    """Move a negotiation; both sides see the entry."""
    await lifecycle.advance(act, row, NEGOTIATION, action, role, parties=row.parties, **facts)
