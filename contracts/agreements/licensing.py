"""Whether the provider may grant what an agreement says: asked of the gates and the chain of title at each signature.

The register's facts are looked up anew each time; what only the market knows was told when the agreement was drafted.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.errors import MembershipLapsed, PartySuspended
from contracts.agreements.models import Agreement
from contracts.policy.schemas import Policy as Licence
from contracts.terms.conveyance import boxes, conveyed, last_day, purposes
from contracts.terms.document import Terms, parsed
from contracts.usage.licences import of_licence
from contracts.usage.tree import UsagePolicy
from kernel.act import Act
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


def terms_of(row: Agreement) -> Terms | None:
    """The terms that both parties sign; None for an agreement from before there were any."""
    return parsed(row.content["terms"]) if "terms" in row.content else None


def agreed_policy(row: Agreement) -> UsagePolicy:
    """The policy that both parties sign: that of the terms, or what the licence of an earlier agreement comes to."""
    terms = terms_of(row)
    if terms is not None:
        return terms.policy
    licence = msgspec.convert(row.content["policy"], Licence)
    return of_licence(licence, row.asset_id, row.revision_id, party_term(row.consumer))


def purpose_of(row: Agreement) -> str | None:
    """The purpose that the consumer declared."""
    terms = terms_of(row)
    return terms.purpose if terms is not None else str(row.content["purpose"])


async def ask_gates(
    session: AsyncSession, row: Agreement, act: Literal["order", "contract"], subject: str, *, at: datetime
) -> None:
    """Ask the fifteen gates about an order or an agreement and keep their answers; raises the first that stops."""
    parties = {
        party.id: party
        for party in await session.scalars(select(Party).where(Party.id.in_((row.provider, row.consumer))))
    }
    for party in parties.values():
        if party.status is PartyState.SUSPENDED:
            raise PartySuspended(party=party.id)
        if not party.is_member(day_in_china(at)):
            raise MembershipLapsed(party=party.id, until=f"{party.admitted_until}")
    register = await facts_of(session, row.asset_id, row.provider, act, at)
    facts = await looked_into(session, register, row.revision_id, at)
    await sheets.require(session, subject, row.asset_id, _with_offer(facts, row, parties[row.consumer], at), at=at)


def _with_offer(facts: GateFacts, row: Agreement, buyer: Party, at: datetime) -> GateFacts:
    offer = msgspec.convert(row.offer, Offer) if row.offer is not None else None
    offered: dict[str, Any] = {}
    if offer is not None:
        offered = {"exported": offer.exported, "computing_only": offer.computing_only, "quality": offer.quality(at)}
    return msgspec.structs.replace(
        facts,
        price=Money(row.amount_minor, row.currency) if row.amount_minor else None,
        purposes=purposes(agreed_policy(row)),
        buyer_identified=buyer.status is PartyState.ADMITTED and bool(buyer.uscc),
        purpose_stated=bool(purpose_of(row)),
        **offered,
    )


async def require_title(session: AsyncSession, row: Agreement, *, at: datetime) -> None:
    """Raise the refusal that names the violated edge and side unless the provider may grant all of the policy now."""
    for box in boxes(agreed_policy(row), day_in_china(at), "/terms/policy"):
        await checks.require(session, row.asset_id, Wish(RightsAct.GRANT, row.provider, box, row.consumer), at=at)


async def write_grant(act: Act, row: Agreement) -> None:
    """Write the policy into the chain of title, a link for each permission, in the unit in which it takes effect.

    The links stand and fall together; `grant_id` names the first, and all bear the agreement as their reference.
    """
    policy = agreed_policy(row)
    made = [
        await titles.grant_for(
            act, row.provider, row.asset_id, MakeGrant(grantee_id=row.consumer, terms=terms, reference=row.id)
        )
        for terms in conveyed(policy, act.today)
    ]
    row.grant_id, row.licence_ends_on = made[0].id, last_day(policy, act.today)


async def settle_term(act: Act, row: Agreement, last: date) -> None:
    """Make the licence's last day exact, now that its term has begun; it never becomes longer than it was granted."""
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
