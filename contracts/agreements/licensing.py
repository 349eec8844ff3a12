"""Whether the provider may grant what an agreement says: asked of the gates and the chain of title at each signature.

The register's facts are looked up anew each time; what only the market knows was told when the agreement was drafted.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.errors import MembershipLapsed, PartySuspended
from contracts.agreements.models import Agreement
from contracts.policy.schemas import Policy as Licence
from contracts.policy.title import boxed, granted
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
from rights.title.policy import RightsAct
from rights.title.schemas import MakeGrant
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


def licence_of(row: Agreement) -> Licence:
    """The licence that both parties sign."""
    return msgspec.convert(row.content["policy"], Licence)


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
        price=Money(row.amount_minor, row.currency),
        purposes=licence_of(row).purposes,
        buyer_identified=buyer.status is PartyState.ADMITTED and bool(buyer.uscc),
        purpose_stated=bool(row.content["purpose"]),
        **offered,
    )


async def require_title(session: AsyncSession, row: Agreement, *, at: datetime) -> None:
    """Raise the refusal that names the violated edge and side unless the provider may grant this licence now."""
    licence = licence_of(row)
    box = boxed(licence, granted(licence, day_in_china(at), row.consumer))
    wish = Wish(RightsAct.GRANT, row.provider, box, row.consumer)
    await checks.require(session, row.asset_id, wish, at=at)


async def write_grant(act: Act, row: Agreement) -> None:
    """Write the licence into the chain of title, in the unit in which the agreement takes effect."""
    licence = licence_of(row)
    terms = granted(licence, act.today, row.consumer)
    data = MakeGrant(grantee_id=row.consumer, terms=terms, reference=row.id)
    made = await titles.grant_for(act, row.provider, row.asset_id, data)
    row.grant_id, row.licence_ends_on = made.id, terms.ends - timedelta(days=1)


async def settle_term(act: Act, row: Agreement, last: date) -> None:
    """Make the licence's last day exact, now that its term has begun; it never becomes longer than it was granted."""
    if row.grant_id is None or row.licence_ends_on is None or last >= row.licence_ends_on:
        return
    row.grant_id = await titles.shorten(act, row.grant_id, last + timedelta(days=1))
    row.licence_ends_on = last


async def end_grant(act: Act, row: Agreement, reason: str) -> None:
    """Take the licence from the chain of title when its agreement ends."""
    if row.grant_id is not None:
        await titles.end_for(act, row.grant_id, reason)
