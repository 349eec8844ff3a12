"""What stands against an agreement: in its parties, in the register and at the fifteen gates."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.errors import (
    RIGHTS_OVER,
    RIGHTS_PASSED,
    MembershipLapsed,
    PartySuspended,
    ProviderWithoutRights,
)
from contracts.agreements.licensing import agreed_policy, purpose_of, terms_of
from contracts.agreements.models import Agreement
from contracts.terms.conveyance import leaves_the_country, purposes, stays, territory
from contracts.terms.document import Terms
from contracts.terms.price.amounts import yearly
from kernel.db import several
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.money import Money
from kernel.time.clock import day_in_china
from rights.certificates.queries import certificate_in_force
from rights.classification import sheets
from rights.classification.facts import facts_of
from rights.classification.rules import GateFacts, Quality
from valuation.quality.scan import looked_into

Hindrance = Callable[[AsyncSession, Agreement, datetime], Awaitable[None]]

HINDRANCES: Final[list[Hindrance]] = []
"""Each raises what keeps a licence from being signed for what its parties owe under others; who knows of that adds it.
"""


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


async def ask(
    session: AsyncSession,
    row: Agreement,
    act: Literal["order", "contract"],
    subject: str,
    *,
    at: datetime,
    terms: Terms | None = None,
) -> None:
    """Ask the fifteen gates about an order, an agreement or its change and keep their answers; raises the first that
    stops, ProviderWithoutRights before them, and PartySuspended or MembershipLapsed.

    `terms` are those of the change. It sells no data anew, so the quality is that of when the agreement was signed.
    """
    parties = await require_able(session, at, row.provider, row.consumer)
    if row.asset_id is None:
        return  # The gates are those of data, and a service passes none.
    register = await facts_of(session, row.asset_id, row.provider, act, at)
    if register.hold is None:  # The register knows no certificate in force that the provider holds.
        raise await _without_rights(session, row.asset_id, row.provider, at)
    facts = await looked_into(session, register, row.licensed.revision_id, at)
    known = _with_offer(facts, row, parties[row.consumer], at, terms)
    await sheets.require(session, subject, row.asset_id, known, at=at)


async def require_able(session: AsyncSession, at: datetime, *party_ids: str) -> dict[str, Party]:
    """These parties by id; raises PartySuspended or MembershipLapsed for one that may agree to nothing now."""
    parties = await several(session, Party, party_ids)
    for party in parties.values():
        if party.status is PartyState.SUSPENDED:
            raise PartySuspended(party=party.id)
        if not party.is_member(day_in_china(at)):
            raise MembershipLapsed(party=party.id, until=f"{party.admitted_until}")
    return parties


async def require_unhindered(session: AsyncSession, row: Agreement, at: datetime) -> None:
    """That nothing which its parties owe under other agreements stands against a licence; raises what does."""
    for require in HINDRANCES if row.asset_id is not None else ():
        await require(session, row, at)


async def _without_rights(session: AsyncSession, asset_id: str, provider: str, at: datetime) -> ProviderWithoutRights:
    passed = await certificate_in_force(session, asset_id, at) is not None
    return ProviderWithoutRights(provider=provider, asset=asset_id, why=RIGHTS_PASSED if passed else RIGHTS_OVER)


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
