"""Whether the provider may grant what an agreement says: asked of the gates and the chain of title at each signature.

The register's facts are looked up anew each time; what only the market knows, when the agreement was drafted."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.errors import MembershipLapsed, PartySuspended
from contracts.agreements.models import Agreement
from contracts.policy.schemas import Policy as Licence
from contracts.terms.binding import priced
from contracts.terms.conveyance import (
    boxes,
    conveyed,
    last_day,
    latest_settlement,
    leaves_the_country,
    purposes,
    stays,
    term_days,
    territory,
)
from contracts.terms.document import Terms, parsed
from contracts.terms.price.amounts import yearly
from contracts.terms.prices import PriceTerms
from contracts.usage.licences import of_licence
from contracts.usage.tree import UsagePolicy
from kernel.act import Act
from kernel.db import several
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.money import Money
from kernel.time.clock import day_in_china
from rights.classification import sheets
from rights.classification.facts import facts_of
from rights.classification.rules import GateFacts, Quality
from rights.title import checks
from rights.title.checks import Wish
from rights.title.commands import grants as titles
from rights.title.models import TitleGrant
from rights.title.policy import RightsAct
from rights.title.rules import party_term
from rights.title.schemas import MakeGrant
from rights.title.states import GrantState
from valuation.quality.scan import looked_into

AMENDED: Final = "the agreement was amended"
"""Why a link of the title ended that another took the place of."""


class Score(msgspec.Struct, frozen=True):
    """The score under which the data was listed, and what the market asks of a score."""

    score: Decimal
    scored_at: datetime
    score_min: Decimal
    days_max: int


class Offer(msgspec.Struct, frozen=True):
    """What the market tells the gates of an agreement."""

    exported: bool
    computing_only: bool
    score: Score | None

    def quality(self, at: datetime) -> Quality | None:
        """The score beside its thresholds, as old as it is now."""
        if self.score is None:
            return None
        age = -(-(at - self.score.scored_at) // timedelta(days=1))
        return Quality(self.score.score, self.score.score_min, age, self.score.days_max)


class Amended(msgspec.Struct, frozen=True):
    """A change that both have signed, from a moment on; `applied` says that the chain of title follows it already."""

    n: int
    amendment_id: str
    effective_at: datetime
    digest: str
    terms: dict[str, Any]
    applied: bool = False


def amended(row: Agreement) -> list[Amended]:
    """The changes that both have signed, in their order."""
    return [msgspec.convert(one, Amended) for one in row.amendments]


def standing(row: Agreement, at: datetime) -> Amended | None:
    """The change whose terms stand at a moment; None where they are those of the agreement itself."""
    return next((one for one in reversed(amended(row)) if one.effective_at <= at), None)


def terms_of(row: Agreement, at: datetime) -> Terms | None:
    """The terms that stand at a moment; None for those of an agreement from before there were any."""
    if (change := standing(row, at)) is not None:
        return parsed(change.terms)
    return parsed(row.content["terms"]) if "terms" in row.content else None


def agreed_policy(row: Agreement, at: datetime) -> UsagePolicy:
    """The policy that stands at a moment: that of the terms, or what the licence of an earlier agreement comes to."""
    change = standing(row, at)
    return parsed(change.terms).licence if change is not None else _signed_policy(row)


def granted_policy(row: Agreement) -> UsagePolicy:
    """The policy that the links in the chain of title are written from: that of the last change that they follow."""
    applied = [one for one in amended(row) if one.applied]
    return parsed(applied[-1].terms).licence if applied else _signed_policy(row)


def _signed_policy(row: Agreement) -> UsagePolicy:
    if "terms" in row.content:
        return parsed(row.content["terms"]).licence
    licence = msgspec.convert(row.content["policy"], Licence)
    return of_licence(licence, row.licensed.asset_id, row.licensed.revision_id, party_term(row.consumer))


def price_of(row: Agreement) -> PriceTerms:
    """The price that an agreement was made at."""
    return priced(Money(row.amount_minor, row.currency) if row.amount_minor else None)


def purpose_of(row: Agreement, at: datetime) -> str | None:
    """The purpose that the consumer declared."""
    terms = terms_of(row, at)
    return terms.purpose if terms is not None else str(row.content["purpose"])


def settles_by(row: Agreement, policy: UsagePolicy, on: date) -> date:
    """The day of settlement, or the latest that it can be; `on` is today where the agreement is not in force yet."""
    if row.settled_on is not None:
        return row.settled_on
    return latest_settlement(policy, on if row.in_force_at is None else day_in_china(row.in_force_at))


def ends_on(row: Agreement, at: datetime) -> date | None:
    """The licence's last day as it stands at a moment, also where the chain of title has yet to follow a change."""
    change = standing(row, at)
    if change is None or change.applied:
        return row.licence_ends_on
    terms, on = parsed(change.terms), day_in_china(change.effective_at)
    return terms.ends_on if terms.policy is None else last_day(terms.policy, on, settles_by(row, terms.policy, on))


def days_of(row: Agreement, at: datetime) -> int:
    """How many days from settlement the licence runs, as it stands at a moment."""
    change = standing(row, at)
    if change is None or change.applied:
        return row.term_days
    return term_days(parsed(change.terms).licence, counted_from(row, day_in_china(change.effective_at)))


def counted_from(row: Agreement, on: date) -> date:
    """The day from which an agreement's term is told in days: settlement, or before it when it came into force."""
    return row.settled_on or (on if row.in_force_at is None else day_in_china(row.in_force_at))


async def ask_gates(
    session: AsyncSession,
    row: Agreement,
    act: Literal["order", "contract"],
    subject: str,
    *,
    at: datetime,
    terms: Terms | None = None,
) -> None:
    """Ask the fifteen gates about an order, an agreement or its change and keep their answers; raises the first that
    stops.

    `terms` are those of the change. It sells no data anew, so the quality is that of when the agreement was signed.
    """
    parties = await several(session, Party, row.parties)
    for party in parties.values():
        if party.status is PartyState.SUSPENDED:
            raise PartySuspended(party=party.id)
        if not party.is_member(day_in_china(at)):
            raise MembershipLapsed(party=party.id, until=f"{party.admitted_until}")
    if row.asset_id is None:
        return  # The gates are those of data, and a service passes none.
    register = await facts_of(session, row.asset_id, row.provider, act, at)
    facts = await looked_into(session, register, row.licensed.revision_id, at)
    known = _with_offer(facts, row, parties[row.consumer], at, terms)
    await sheets.require(session, subject, row.asset_id, known, at=at)


def _with_offer(facts: GateFacts, row: Agreement, buyer: Party, at: datetime, terms: Terms | None) -> GateFacts:
    offer = msgspec.convert(row.offer, Offer) if row.offer is not None else None
    policy = agreed_policy(row, at) if terms is None else terms.licence
    offered: dict[str, Any] = {}
    if offer is not None:
        offered = {"exported": offer.exported, "computing_only": offer.computing_only, "quality": offer.quality(at)}
    if terms is not None:
        offered |= {"exported": leaves_the_country(territory(policy)), "computing_only": stays(policy)}
        if offer is not None:
            offered["quality"] = offer.quality(row.in_force_at or at)
    return msgspec.structs.replace(
        facts,
        price=_compared(row, terms or terms_of(row, at), at),
        purposes=purposes(policy),
        buyer_identified=buyer.status is PartyState.ADMITTED and bool(buyer.uscc),
        purpose_stated=bool(purpose_of(row, at) if terms is None else terms.purpose),
        **offered,
    )


def _compared(row: Agreement, terms: Terms | None, at: datetime) -> Money | None:
    """What the gate on prices compares: the price paid once, or the most that a plan comes to in a year."""
    if terms is not None:
        return yearly(terms, day_in_china(at))
    return Money(row.amount_minor, row.currency) if row.amount_minor else None


async def require_title(session: AsyncSession, row: Agreement, *, at: datetime) -> None:
    """Raise the refusal that names the violated edge and side unless the provider may grant all of the policy now."""
    held, by, to = row.licensed.asset_id, row.provider, row.consumer
    for box in boxes(agreed_policy(row, at), day_in_china(at), "/terms/policy"):
        await checks.require(session, held, Wish(RightsAct.GRANT, by, box, to), at=at)


async def require_title_anew(session: AsyncSession, row: Agreement, policy: UsagePolicy, *, at: datetime) -> None:
    """Raise the refusal unless the provider may grant a policy in the place of what the agreement stands for.

    The caller holds the title's lock where it goes on to write. `at` is when the policy is to take effect.
    """
    on, held = day_in_china(at), tuple(link.id for link in await _links(session, row))
    for box in boxes(policy, on, "/terms/policy", settles_by=settles_by(row, policy, on)):
        wish = Wish(RightsAct.GRANT, row.provider, box, row.consumer, replaces=held)
        await checks.require(session, row.licensed.asset_id, wish, at=at)


async def write_grant(act: Act, row: Agreement) -> None:
    """Write the policy into the chain of title, a link for each permission, in the unit in which it takes effect.

    The links stand and fall together; `grant_id` names the first, and all bear the agreement as their reference.
    """
    made = await _granted(act, row, policy := agreed_policy(row, act.at), settles_by(row, policy, act.today))
    row.grant_id, row.licence_ends_on = made[0], last_day(policy, act.today)


async def _granted(act: Act, row: Agreement, policy: UsagePolicy, latest: date) -> list[str]:
    made = [
        await titles.grant_for(
            act, row.provider, row.licensed.asset_id, MakeGrant(grantee_id=row.consumer, terms=terms, reference=row.id)
        )
        for terms in conveyed(policy, act.today, latest)
    ]
    return [grant.id for grant in made]


async def rewrite_grant(act: Act, row: Agreement, before: UsagePolicy, after: UsagePolicy) -> None:
    """Write the links of a policy in the place of those of an earlier one, which end, and move the last day.

    Link stands for link where a permission keeps its name: what the consumer granted out of it goes on under the new.
    """
    held, latest = await _links(act.session, row), settles_by(row, after, act.today)
    for link in held:
        await titles.end_for(act, link.id, AMENDED)
    made = await _granted(act, row, after, latest)
    new = dict(zip((rule.id for rule in after.permissions), made, strict=True))
    for rule, link in zip(before.permissions, held, strict=False):
        if rule.id in new:
            await titles.succeed(act, link.id, new[rule.id])
    row.grant_id, row.licence_ends_on = made[0], last_day(after, act.today, latest)
    row.term_days = term_days(after, counted_from(row, act.today))


async def settle_term(act: Act, row: Agreement, last: date) -> None:
    """Make the licence's last day exact, now that its term has begun; it never becomes longer than it was granted."""
    row.settled_on = act.today
    if row.grant_id is None or row.licence_ends_on is None or last >= row.licence_ends_on:
        return
    for link in await _links(act.session, row):
        shortened = await titles.shorten(act, link.id, last + timedelta(days=1))
        row.grant_id = shortened if link.id == row.grant_id else row.grant_id
    row.licence_ends_on = last


async def end_grant(act: Act, row: Agreement, reason: str) -> None:
    """Take the licence from the chain of title when its agreement ends."""
    for link in await _links(act.session, row):
        await titles.end_for(act, link.id, reason)


async def _links(session: AsyncSession, row: Agreement) -> Sequence[TitleGrant]:
    """The links of the chain of title that an agreement stands for."""
    mine = (TitleGrant.asset_id == row.asset_id, TitleGrant.reference == row.id, TitleGrant.grantee_id == row.consumer)
    query = select(TitleGrant).where(*mine, TitleGrant.status == GrantState.ACTIVE)
    return (await session.scalars(query.order_by(TitleGrant.id))).all()
