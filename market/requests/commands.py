"""What a buyer does to its request: draft, open, cancel, end without an award; and what the clock does."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import msgspec
from sqlalchemy import func, select

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.states import Role
from kernel.time.clock import day_in_china, timestamp
from market.orders.rules import deadline
from market.requests import queries, rules
from market.requests.errors import OwnRequest, QuotesTooMany, RequestDecided, RequestNotYours, WantUnclear
from market.requests.models import QuotationRequest, Quote
from market.requests.schemas import CreateRequest, EndRequest, QuotationView, Want
from market.requests.states import QUOTE, REQUEST, QuotationAction, QuotationState, QuoteAction
from rights.grants.vocabulary import words_at

OPENED: Final = "market.requests.tell"
"""The job that tells providers of a want that their listings match."""

BINDING: Final = "LT-RFQ-06"
"""The rule by which a quote stands from the closing to the last day of the award."""


async def create(act: Act, data: CreateRequest) -> QuotationView:
    """Draft a request; nobody else sees it before it is opened.

    Raises WantUnclear with every fault, QuotesTooMany for too many addressees or requests that are not decided,
    OwnRequest, and NotFound for an addressee that is not admitted here.
    """
    table = rules.RULES.at(act.today).body
    await _require_few(act, table.undecided_max)
    _require_clear(act, data.want, data.closes_at)
    addressed = None if data.addressed is None else sorted(set(data.addressed))
    if addressed is not None:
        await _require_addressees(act, addressed, table.addressed_max)
    row = QuotationRequest(
        id=ids.new("rfq"),
        buyer=act.actor.party or "",
        want=msgspec.to_builtins(data.want),
        sealed=data.sealed,
        addressed=addressed,
        closes_at=data.closes_at,
        award_due_at=None,
        due_at=min(data.closes_at, act.at + timedelta(days=table.draft_days)),
        awarded_quote_id=None,
        end_reason=None,
        created_at=act.at,
        opened_at=None,
    )
    await lifecycle.begin(act, row, REQUEST, parties=[row.buyer])
    return await queries.view(act, row)


async def _require_few(act: Act, most: int | None) -> None:
    """Each request is matched, and providers are told of it: nobody asks without end and decides nothing."""
    buyer = act.actor.party or ""
    await lock_name(act.session, "quotation-requests", buyer)
    query = select(func.count()).where(QuotationRequest.buyer == buyer, QuotationRequest.due_at.is_not(None))
    if most is not None and int(await act.session.scalar(query) or 0) >= most:
        raise QuotesTooMany(limit=most, what="requests")


def _require_clear(act: Act, want: Want, closes_at: datetime) -> None:
    table = rules.RULES.at(act.today).body
    faults = rules.faults(want, closes_at, words_at(act.today), act.at, table)
    if faults:
        raise WantUnclear(errors=faults, count=len(faults))


async def _require_addressees(act: Act, addressed: list[str], most: int) -> None:
    if len(addressed) > most:
        raise QuotesTooMany(limit=most, what="addressed")
    for party_id in addressed:
        if party_id == act.actor.party:
            raise OwnRequest(request="-")
        party = await act.session.get(Party, party_id)
        if party is None or party.status is not PartyState.ADMITTED:
            raise NotFound(kind="party", id=party_id)


async def held(act: Act, request_id: str) -> QuotationRequest:
    """A request that the actor may see, locked, with what time has done to it written down; raises NotFound."""
    await queries.visible(act, request_id)
    row = await locked(act.session, QuotationRequest, request_id)
    await _catch_up(act, row)
    return row


def require_buyer(act: Act, row: QuotationRequest) -> None:
    """Raise RequestNotYours for whoever else may see the request."""
    if row.buyer != act.actor.party:
        raise RequestNotYours(request=row.id)


async def open_(act: Act, request_id: str) -> QuotationView:
    """Put a draft on the board, or before the providers that it names; those whose listings match are told.

    Raises RequestNotYours, IllegalTransition, and WantUnclear where its closing is too near by now.
    """
    row = await held(act, request_id)
    require_buyer(act, row)
    REQUEST.next(row.status, QuotationAction.OPEN, Role.BUYER)
    _require_clear(act, queries.want_of(row), row.closes_at)
    table = rules.RULES.at(act.today).body
    row.opened_at, row.due_at = act.at, row.closes_at
    row.award_due_at = deadline(day_in_china(row.closes_at), table.award_working_days)
    facts = {"closes_at": timestamp(row.closes_at), "sealed": row.sealed}
    parties = (row.buyer, *(row.addressed or ()))
    await lifecycle.advance(act, row, REQUEST, QuotationAction.OPEN, Role.BUYER, parties=parties, **facts)
    await enqueue(act.session, OPENED, {"request_id": row.id}, dedupe=f"tell/{row.id}")
    return await queries.view(act, row)


async def cancel(act: Act, request_id: str, data: EndRequest) -> QuotationView:
    """Give a request up before its closing; what was quoted is lost with it."""
    return await _end(act, request_id, QuotationAction.CANCEL, data.reason)


async def decline(act: Act, request_id: str, data: EndRequest) -> QuotationView:
    """Award nothing, with the reason, after the closing."""
    return await _end(act, request_id, QuotationAction.DECLINE, data.reason)


async def _end(act: Act, request_id: str, action: QuotationAction, reason: str) -> QuotationView:
    row = await held(act, request_id)
    require_buyer(act, row)
    REQUEST.next(row.status, action, Role.BUYER)
    await finish(act, row, action, Role.BUYER, reason)
    return await queries.view(act, row)


async def finish(
    act: Act, row: QuotationRequest, action: QuotationAction, role: Role, reason: str | None, awarded: str | None = None
) -> None:
    """End a request, and with it every quote that still stands; the request is locked."""
    standing = await queries.awardable_quotes(act.session, row.id)
    row.due_at, row.end_reason, row.awarded_quote_id = None, reason, awarded
    told = (row.buyer, *(quote.provider for quote in standing))
    facts = {"reason": reason} if reason else {}
    await lifecycle.advance(act, row, REQUEST, action, role, parties=told, **facts)
    for quote in standing:
        await lose(act, row, quote)


async def lose(act: Act, row: QuotationRequest, quote: Quote) -> None:
    """A quote that was not taken binds nobody any more."""
    parties = queries.told_of(row, quote.provider)
    await lifecycle.advance(act.by(SYSTEM), quote, QUOTE, QuoteAction.LOSE, Role.SYSTEM, parties=parties)


async def lapse(act: Act, request_id: str) -> bool:
    """Write down what time has done to a request; says whether it has done anything."""
    row = await locked(act.session, QuotationRequest, request_id)
    return await _catch_up(act, row)


async def _catch_up(act: Act, row: QuotationRequest) -> bool:
    """Under the lock, by the moment read under it: what was due has happened."""
    at, before, clock = act.after_waiting(), row.version, act.by(SYSTEM)
    if row.status is QuotationState.DRAFT and row.due_at is not None and row.due_at <= at:
        await finish(clock, row, QuotationAction.CANCEL, Role.SYSTEM, "the draft was not opened in time")
    if row.status is QuotationState.OPEN and row.due_at is not None and row.due_at <= at:
        row.due_at = row.award_due_at
        told = (row.buyer, *(quote.provider for quote in await queries.awardable_quotes(act.session, row.id)))
        facts = {"rule": BINDING}
        await lifecycle.advance(clock, row, REQUEST, QuotationAction.CLOSE, Role.SYSTEM, parties=told, **facts)
    if row.status is QuotationState.CLOSED and row.due_at is not None and row.due_at <= at:
        await finish(clock, row, QuotationAction.DECLINE, Role.SYSTEM, "nothing was awarded in time")
    return row.version != before


async def tell(act: Act, request_id: str) -> None:
    """Tell the providers whose listings match an open want best, each once, with its best listing and the score."""
    row = await locked(act.session, QuotationRequest, request_id)
    if row.status is not QuotationState.OPEN:
        return
    table = rules.RULES.at(act.today).body
    found = await queries.matched(act, row.buyer, queries.want_of(row))
    told: set[str] = set()
    for match in found.items:
        admitted = row.addressed is None or match.provider in row.addressed
        enough = Decimal(match.score) >= table.told_score_min
        if match.provider in told or not admitted or not enough or len(told) >= table.told_max:
            continue
        told.add(match.provider)
        facts = {"listing": match.listing_id, "score": match.score, "closes_at": timestamp(row.closes_at)}
        record(act.by(SYSTEM), "market.quotation_request.matched", row.id, parties=[match.provider], facts=facts)


def require_decidable(row: QuotationRequest) -> None:
    """Raise RequestDecided for what was awarded, ended or cancelled."""
    if row.status not in (QuotationState.OPEN, QuotationState.CLOSED):
        due = "-" if row.award_due_at is None else timestamp(row.award_due_at)
        raise RequestDecided(request=row.id, state=str(row.status), award_due_at=due)
