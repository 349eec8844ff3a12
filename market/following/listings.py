"""A listing goes on with a revision that entered the register: scored by the same contract, review of the same gates.

Until the revision has passed, what was listed before is sold, so that there is never a gap; what does not pass changes
nothing on the shelf, and its provider is told by which rules.
"""

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from market.following.models import ListingRevision
from market.listings import evidence, gating, holding
from market.listings.gating import GateReview
from market.listings.models import Listing
from market.listings.states import ListingState
from rights.assets import queries as assets
from rights.certificates import queries as certificates
from rights.certificates.models import CertifiedRevision
from valuation.quality import commands as quality
from valuation.quality.models import QualityRun, Scorecard

FOLLOWS: Final = "LT-LST-14"
"""The rule under which a listing goes on with an update, or does not."""

RELEASED: Final = "market.listing.released"
"""The job that brings the revision to the buyers of a listing whose licences include updates."""

_ON_SHELF: Final = (ListingState.LISTED, ListingState.SUSPENDED)
CONCERNED: Final = (*_ON_SHELF, ListingState.DELISTED)
"""A listing that was taken off offers nothing more, and its buyers keep what their licences say."""


async def concerned(session: AsyncSession, asset_id: str) -> list[str]:
    """The listings of an asset that an update may reach, the oldest first."""
    query = select(Listing.id).where(Listing.asset_id == asset_id, Listing.status.in_(CONCERNED))
    return list(await session.scalars(query.order_by(Listing.id)))


async def follow(act: Act, listing_id: str, revision_id: str) -> None:
    """Go on with a revision that has passed; have it scored first where it was not, by the listing's own contract."""
    row = await locked(act.session, Listing, listing_id)
    update = await certificates.entered(act.session, revision_id)
    listed = await assets.revision(act.session, row.revision_id)
    if update is None or row.status not in CONCERNED or update.number <= listed.number:
        return
    if await act.session.get(ListingRevision, (row.id, update.number)) is not None:
        return
    before = await _scored_by(act.session, row)
    if before is None:
        return
    card = await _same_contract(act.session, row, before, revision_id)
    if card is None:
        await quality.rescore(act, row.asset_id, before.data_contract_id, revision_id)
        return
    await _go_on(act, row, update, card)


async def _scored_by(session: AsyncSession, row: Listing) -> QualityRun | None:
    """The run behind the scorecard that the listing shows."""
    query = (
        select(QualityRun).join(Scorecard, Scorecard.run_id == QualityRun.id).where(Scorecard.id == row.scorecard_id)
    )
    return (await session.scalars(query)).first()


async def _same_contract(session: AsyncSession, row: Listing, before: QualityRun, revision_id: str) -> Scorecard | None:
    """The newest scorecard of a revision against the same contract, by the provider or by whoever scored before."""
    query = (
        select(Scorecard)
        .join(QualityRun, QualityRun.id == Scorecard.run_id)
        .where(
            Scorecard.revision_id == revision_id,
            QualityRun.data_contract_id == before.data_contract_id,
            Scorecard.scored_by.in_((row.provider, before.scored_by)),
        )
    )
    return (await session.scalars(query.order_by(Scorecard.id.desc()).limit(1))).first()


async def _go_on(act: Act, row: Listing, update: CertifiedRevision, card: Scorecard) -> None:
    """Ask the gates as if the revision were listed; what they refuse leaves the listing as it was."""
    files = (await assets.revision(act.session, update.revision_id)).files
    earlier = (row.revision_id, row.scorecard_id, row.size_bytes)
    row.revision_id, row.scorecard_id, row.size_bytes = (
        update.revision_id,
        card.id,
        sum(file.size_bytes for file in files),
    )
    review = await gating.ask(act.session, row, act.at)
    if review.against or row.status not in _ON_SHELF:
        row.revision_id, row.scorecard_id, row.size_bytes = earlier
        await act.session.flush()
    if review.against:
        _withheld(act, row, update, card, review)
        return
    if row.status in _ON_SHELF:
        await _shown(act, row, review)
    _released(act, row, update, card, review)
    await act.session.flush()
    await enqueue(act.session, RELEASED, {"listing": row.id})
    if row.held_by is not None:
        await holding.look_again(act, row.id)


async def _shown(act: Act, row: Listing, review: GateReview) -> None:
    """What is shown of the data is that of the new revision; an appraisal of another one backs no price."""
    await evidence.copy_scorecard(act.session, row)
    if review.evidence.value is None:
        row.appraisal_id = None
    await gating.keep(act.session, row, review, act.at)


def _released(act: Act, row: Listing, update: CertifiedRevision, card: Scorecard, review: GateReview) -> None:
    certificate = review.evidence.certificate
    assert certificate is not None  # The gates have passed.
    act.session.add(
        ListingRevision(
            listing_id=row.id,
            number=update.number,
            revision_id=update.revision_id,
            scorecard_id=card.id,
            certificate_id=certificate.id,
            released_at=act.at,
        )
    )
    facts = {**_facts(update, card), "certificate": certificate.id, "on_shelf": row.status in _ON_SHELF}
    record(act.by(SYSTEM), "market.listing.followed", row.id, parties=[row.provider], facts=facts)


def _withheld(act: Act, row: Listing, update: CertifiedRevision, card: Scorecard, review: GateReview) -> None:
    facts = {**_facts(update, card), "refused": [answer.rule for answer in review.against]}
    record(act.by(SYSTEM), "market.listing.update_withheld", row.id, parties=[row.provider], facts=facts)


def _facts(update: CertifiedRevision, card: Scorecard) -> dict[str, object]:
    return {
        "revision": update.revision_id,
        "number": update.number,
        "content_sha256": update.content_sha256,
        "scorecard": card.id,
        "score": f"{card.score:.2f}",
        "grade": card.grade,
        "rule": FOLLOWS,
    }
