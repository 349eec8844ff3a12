"""Reading requests for quotation: the public ones are on the board, the others are for those that they name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.terms.document import parsed
from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.requests import rules
from market.requests.matching import candidates, scoring
from market.requests.models import Clarification, QuotationRequest, Quote
from market.requests.schemas import (
    ClarificationView,
    MatchesView,
    MatchView,
    PartView,
    QuotationView,
    QuoteView,
    Want,
)
from market.requests.states import QUOTE, REQUEST, STANDING, QuotationState, QuoteState
from rights.grants.vocabulary import words_at

_OFFICES: Final = (Role.REGULATOR, Role.AUDITOR, Role.OPERATOR)
AUDIENCE: Final = Audience("quotation_request", _OFFICES)
"""Who may see a request that is not to the public, besides its buyer and those that it names."""
QUOTES: Final = Audience("quote", _OFFICES)
"""Who may see a quote besides its provider, and the buyer where it is not sealed any more."""

SEALED: Final = "LT-RFQ-04"
"""The rule by which sealed quotes are opened at the closing and not before, to anybody but their provider."""

_AFTER: Final = {
    QuotationState.DRAFT: QuotationState.CANCELLED,
    QuotationState.OPEN: QuotationState.CLOSED,
    QuotationState.CLOSED: QuotationState.NONE,
}
"""What a state becomes by itself."""


def state_of(row: QuotationRequest, at: datetime) -> QuotationState:
    """Where a request stands at a moment, whether or not the sweep has written it down."""
    state, due = row.status, row.due_at
    while due is not None and due <= at:
        state, due = _AFTER[state], row.award_due_at if state is QuotationState.OPEN else None
    return state


def want_of(row: QuotationRequest) -> Want:
    """What is wanted."""
    return msgspec.convert(row.want, Want)


async def visible(act: Act, request_id: str) -> QuotationRequest:
    """A request, for whoever may see it: on the board everybody, else its buyer and whom it names; else NotFound."""
    row = await one(act.session, QuotationRequest, ids.require("rfq", request_id))
    if row.opened_at is None:
        AUDIENCE.require(act.actor, row.id, row.buyer)
    elif row.addressed is not None:
        AUDIENCE.require(act.actor, row.id, row.buyer, *row.addressed)
    return row


def _seen(act: Act) -> ColumnElement[bool]:
    addressed = QuotationRequest.addressed.is_(None) | AUDIENCE.among(act.actor, QuotationRequest.addressed)
    return or_(AUDIENCE.among(act.actor, QuotationRequest.buyer), QuotationRequest.opened_at.is_not(None) & addressed)


async def request(act: Act, request_id: str) -> QuotationView:
    """One request."""
    return await view(act, await visible(act, request_id))


async def requests(act: Act, *, own: bool, limit: int, cursor: str | None) -> Page[QuotationView]:
    """The board as the actor may see it, newest first; or what its own party has asked."""
    query = select(QuotationRequest).where(_seen(act))
    if own:
        query = query.where(QuotationRequest.buyer == act.actor.party)
    rows = await fetch(act.session, query, QuotationRequest.id, limit=limit, cursor=cursor, newest_first=True)
    return await rows.awaiting(lambda row: view(act, row))


async def view(act: Act, row: QuotationRequest) -> QuotationView:
    """A request as the actor sees it, with what it may do now."""
    state, whole = state_of(row, act.at), AUDIENCE.admits(act.actor, row.buyer)
    role = AUDIENCE.role(act.actor, buyer=row.buyer)
    return shown(
        row,
        QuotationView,
        want=want_of(row),
        status=state,
        allowed_actions=[str(action) for action in REQUEST.actions(state, role)] if role is Role.BUYER else [],
        due_at=_due(row, state),
        addressed=row.addressed if whole else None,
        quote_count=await count_standing(act.session, row.id) if whole else None,
        awarded_quote_id=row.awarded_quote_id if whole else None,
    )


def _due(row: QuotationRequest, state: QuotationState) -> datetime | None:
    if state is row.status:
        return row.due_at
    return row.award_due_at if state is QuotationState.CLOSED else None


async def count_standing(session: AsyncSession, request_id: str) -> int:
    """How many quotes were given and not taken back."""
    query = select(func.count()).where(Quote.request_id == request_id, Quote.status != QuoteState.WITHDRAWN)
    return int(await session.scalar(query) or 0)


_UNDER_SEAL: Final = (QuotationState.OPEN, QuotationState.CANCELLED)
"""The states before the closing: whoever cancels has not waited for it, and opens nothing by that."""


def is_sealed(row: QuotationRequest, at: datetime) -> bool:
    """Whether nobody but its provider sees a quote now; what was cancelled before its closing stays sealed for good."""
    return row.sealed and state_of(row, at) in _UNDER_SEAL


def told_of(about: QuotationRequest, provider: str) -> tuple[str, ...]:
    """Who sees an entry about a quote: the buyer too, unless it is under seal by what is written of its request."""
    return (provider,) if about.sealed and about.status in _UNDER_SEAL else (provider, about.buyer)


async def visible_quote(act: Act, quote_id: str) -> tuple[Quote, QuotationRequest]:
    """A quote with its request; sealed ones are for their provider alone. Raises NotFound for anybody else."""
    row = await one(act.session, Quote, ids.require("quo", quote_id))
    about = await one(act.session, QuotationRequest, row.request_id)
    if is_sealed(about, act.at):
        QUOTES.require_party(act.actor, row.id, row.provider)
    else:
        QUOTES.require(act.actor, row.id, row.provider, about.buyer)
    return row, about


async def quote(act: Act, quote_id: str) -> QuoteView:
    """One quote."""
    row, about = await visible_quote(act, quote_id)
    return quote_view(act, row, about)


async def quotes(act: Act, request_id: str, limit: int, cursor: str | None) -> Page[QuoteView]:
    """The quotes of a request that the actor may see: a provider its own, the buyer all once they are opened."""
    about = await visible(act, request_id)
    query = select(Quote).where(Quote.request_id == about.id)
    if is_sealed(about, act.at) or not AUDIENCE.admits(act.actor, about.buyer):
        query = query.where(Quote.provider == (act.actor.party or ""))
    rows = await fetch(act.session, query, Quote.id, limit=limit, cursor=cursor)
    return rows.of(lambda row: quote_view(act, row, about))


def quote_view(act: Act, row: Quote, about: QuotationRequest) -> QuoteView:
    """A quote as the actor sees it."""
    role = QUOTES.role(act.actor, provider=row.provider, buyer=about.buyer)
    turn = QuotationState.CLOSED if role is Role.BUYER else QuotationState.OPEN
    may = role in (Role.BUYER, Role.PROVIDER) and state_of(about, act.at) is turn
    actions = [str(action) for action in QUOTE.actions(row.status, role)] if may else []
    return shown(row, QuoteView, terms=parsed(row.terms), allowed_actions=actions)


async def awardable_quotes(session: AsyncSession, request_id: str) -> Sequence[Quote]:
    """The quotes that can be awarded; there are at most as many as the rules admit."""
    query = select(Quote).where(Quote.request_id == request_id, Quote.status.in_(STANDING)).order_by(Quote.id)
    return (await session.scalars(query.with_for_update())).all()


async def clarifications(act: Act, request_id: str, limit: int, cursor: str | None) -> Page[ClarificationView]:
    """Questions and answers, for all who may quote."""
    about = await visible(act, request_id)
    query = select(Clarification).where(Clarification.request_id == about.id)
    rows = await fetch(act.session, query, Clarification.id, limit=limit, cursor=cursor)
    return rows.of(lambda row: shown(row, ClarificationView))


async def matches(act: Act, request_id: str) -> MatchesView:
    """The listings that fit a request best, for its buyer and those who watch."""
    row = await visible(act, request_id)
    AUDIENCE.require(act.actor, row.id, row.buyer)
    return await matched(act, row.buyer, want_of(row))


async def matched(act: Act, buyer: str, want: Want) -> MatchesView:
    """The same for any want of a buyer: what fits, by the weights of today, each part told."""
    table, words = rules.RULES.at(act.today), words_at(act.today)
    known = await candidates.candidates_for(act, buyer, want, words, table.body.candidates_max)
    weights, most = table.body.weights, table.body.shown_max
    listed = scoring.best(scoring.Criteria.of(want, weights, words), known.candidates, act.at, most)
    items = [_match(each, weights) for each in listed]
    return MatchesView(scoring.PUBLISHED, table.ref, len(known.candidates), known.capped, items)


def _match(each: scoring.Scored, weights: rules.Weights) -> MatchView:
    one_ = each.candidate
    parts: list[Any] = list(each.parts.items())
    return MatchView(
        listing_id=one_.listing_id,
        provider=one_.provider,
        title_zh=one_.title_zh,
        title_en=one_.title_en,
        price=_price(one_.price),
        score=str(each.score),
        parts=[PartView(n, str(getattr(weights, n)), None if value is None else str(value)) for n, value in parts],
    )


def _price(money: Money | None) -> Any:
    return None if money is None else money.view()
