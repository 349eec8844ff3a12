"""What is asked of terms before they are offered: of one product, possible to obey, and carried by the title."""

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.terms.conveyance import boxes
from contracts.terms.document import Terms
from contracts.terms.price.amounts import yearly
from contracts.terms.reading import read
from kernel import ids
from kernel.act import Act
from kernel.db import locked
from kernel.errors import FieldError, NotFound
from market.listings.errors import ListingUnavailable
from market.listings.evidence import require_bundle, require_marks
from market.listings.models import Listing
from market.listings.queries import sees
from market.listings.states import ListingState
from market.offers import rules
from market.offers.errors import ExpiryImpossible, TermsOfOtherListing, TermsTooLarge
from market.orders.errors import ListingClosed
from rights.classification import gates
from rights.classification.errors import AbovePriceCap
from rights.classification.facts import facts_of
from rights.classification.policy import POLICY
from rights.title import checks
from rights.title.checks import Wish
from rights.title.policy import RightsAct


async def product(act: Act, listing_id: str | None, *, lock: bool = False, known: bool = False) -> Listing:
    """A listing on the shelf; raises ListingUnavailable for one that the actor may not know of, and ListingClosed.

    `known` says that the actor negotiates about it already, so that it is told what became of it.
    """
    if listing_id is None or not ids.is_id("lst", listing_id):
        raise ListingUnavailable(id=(listing_id or "-")[:40])
    try:
        row = await (locked(act.session, Listing, listing_id) if lock else _read(act.session, listing_id))
    except NotFound as problem:
        raise ListingUnavailable(id=listing_id) from problem
    if not known and not sees(act.actor, row):
        raise ListingUnavailable(id=listing_id)
    if row.status is not ListingState.LISTED:
        raise ListingClosed(listing=row.id)
    return row


async def _read(session: AsyncSession, listing_id: str) -> Listing:
    row = await session.get(Listing, listing_id)
    if row is None:
        raise ListingUnavailable(id=listing_id)
    return row


async def require_between(act: Act, terms: Terms, row: Listing | None, sides: tuple[str, str]) -> None:
    """The same of two sides, the provider first, also where no listing is negotiated about but a service."""
    if row is not None:
        await require(act, terms, row, sides[1])
        return
    faults = list(rules.foreign_service(terms, *sides))
    if faults:
        raise TermsOfOtherListing(errors=faults, count=len(faults), listing="-")
    _require_size(act, terms)
    read(terms, act.today, "/terms")


async def require(act: Act, terms: Terms, row: Listing, consumer: str | None) -> None:
    """Raise unless these terms may be offered, or asked for, as of now.

    Raises TermsOfOtherListing for what is not about this product and these sides, TermsTooLarge, PolicyInexpressible or
    TermsContradictory for what cannot be obeyed, AbovePriceCap, and the refusal of the title, with the violated edge
    and side, for what the provider does not hold.
    """
    faults = list(
        rules.foreign(
            terms,
            provider=row.provider,
            consumer=consumer,
            listing=row.id,
            asset=row.asset_id,
            revision=row.revision_id,
        )
    )
    if faults:
        raise TermsOfOtherListing(errors=faults, count=len(faults), listing=row.id)
    _require_size(act, terms)
    read(terms, act.today, "/terms")
    await require_bundle(act.session, row, terms.price, "/terms/price")
    await require_marks(act.session, row, terms.policy, act.at)
    await _require_cap(act, terms, row)
    for box in boxes(terms.licence, act.today, "/terms/policy"):
        await checks.require(act.session, row.asset_id, Wish(RightsAct.GRANT, row.provider, box, consumer), at=act.at)


def _require_size(act: Act, terms: Terms) -> None:
    size, most = len(msgspec.json.encode(terms)), rules.RULES.at(act.today).body.terms_bytes_max
    if size > most:
        raise TermsTooLarge(size_bytes=size, limit_bytes=most)


async def _require_cap(act: Act, terms: Terms, row: Listing) -> None:
    """Raise AbovePriceCap for what the rule on public data does not let pass; all gates are asked with the order."""
    register = await facts_of(act.session, row.asset_id, row.provider, "listing", act.at)
    facts = msgspec.structs.replace(register, price=yearly(terms, act.today))
    answers = gates.answers(facts, POLICY.at(act.today).body)
    against = [one for one in answers if one.rule == AbovePriceCap.rule and one.outcome in ("refused", "held")]
    if facts.price is not None and against:
        raise AbovePriceCap(errors=[one.fault for one in against])


def require_expiry(at: datetime, expires_at: datetime | None, table: rules.NegotiationRules) -> None:
    """Raise ExpiryImpossible for a moment that is past, or too far ahead."""
    if (why := rules.expiry_fault(at, expires_at, table)) is not None:
        raise ExpiryImpossible(errors=[FieldError("/expires_at", why, ExpiryImpossible.rule)], why=why)
