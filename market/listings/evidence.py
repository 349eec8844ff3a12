"""What other packages know of a product: its certificate, its scorecard, its appraisal, in the words of the gates."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.policy.rules import computing_only, from_terms, marks_of, vocabularies
from contracts.policy.schemas import LicenceTerms
from contracts.policy.schemas import Policy as Licence
from contracts.terms.binding import offered
from contracts.terms.conveyance import boxes, leaves_the_country
from contracts.terms.document import Delivery, Terms
from contracts.terms.price.amounts import yearly
from contracts.terms.prices import Bundle, OnRequest, Plan, PriceTerms
from contracts.usage.licences import of_licence
from contracts.usage.tree import UsagePolicy
from kernel.db import one
from kernel.errors import FieldError
from kernel.identity.models import Party
from kernel.money import Money
from kernel.text import Text
from kernel.time.clock import day_in_china
from market.listings.models import Listing
from market.listings.rules import CertificateFacts, Evidence, ScoreFacts
from market.listings.states import ListingState, PriceKind
from market.marks.queries import require_markable
from market.pricing.errors import BundleFaulty
from rights.assets import queries as assets
from rights.assets.measures import FiguresView, figures_of
from rights.assets.models import RevisionMeasure
from rights.certificates.queries import certificate_in_force, covers
from rights.classification.facts import facts_of
from rights.grants.vocabulary import ANYONE
from rights.title.checks import Wish, answer
from rights.title.policy import RightsAct
from rights.title.rules import Finding
from valuation.appraisal import queries as appraisals
from valuation.appraisal.models import AppraisalRow
from valuation.engagements.queries import backing
from valuation.quality import queries as quality
from valuation.quality.models import Scorecard
from valuation.quality.profile.masking import is_shape
from valuation.quality.scan import looked_into


async def scorecard_of(session: AsyncSession, row: Listing) -> Scorecard | None:
    """The scorecard that the provider named, else its own newest of the revision, else that of an engaged scorer.

    Another revision's shows nothing, nor does that of somebody whom nobody engaged.
    """
    if row.scorecard_id is None:
        return await quality.latest_scorecard(session, row.revision_id)
    counted = await quality.counted(session, row.revision_id)
    return next((card for card in counted if card.id == row.scorecard_id), None)


async def appraisal_of(session: AsyncSession, row: Listing, at: datetime) -> AppraisalRow | None:
    """The appraisal that the provider named, else the best of the revision; one that has ended backs no price."""
    if row.appraisal_id is not None:
        await appraisals.appraisal(session, row.appraisal_id)
    return await backing(session, row.revision_id, at, row.appraisal_id)


def sample_rows(card: Scorecard) -> dict[str, Any]:
    """The sample rows by table, as the scorecard holds them: what the contract does not make public is masked."""
    return {table: rows for table, rows in card.body.get("sample_rows", {}).items() if rows}


async def masked_columns(session: AsyncSession, row: Listing) -> dict[str, list[str]]:
    """The columns whose values are masked in the sample rows, by table, as the scorecard says it.

    One of an earlier release says it by the shapes of the values alone.
    """
    card = await scorecard_of(session, row)
    told = card.body.get("masked_columns") if card is not None else None
    if told is not None:
        return {table: list(columns) for table, columns in told.items() if table in row.sample_rows}
    found = {
        table: [c for c in rows[0] if _shapes(each[c] for each in rows)] for table, rows in row.sample_rows.items()
    }
    return {table: columns for table, columns in found.items() if columns}


def _shapes(values: Iterable[Any]) -> bool:
    there = [value for value in values if value is not None]
    return bool(there) and all(map(is_shape, there))


async def figures(session: AsyncSession, row: Listing) -> FiguresView:
    """How much data the revision on offer holds and of when, as counted and as declared."""
    counted = await session.get(RevisionMeasure, row.revision_id)
    return figures_of(counted, await assets.asset(session, row.asset_id))


async def copy_scorecard(session: AsyncSession, row: Listing) -> None:
    """Everything that is shown of the data comes from its scorecard."""
    card = await scorecard_of(session, row)
    if card is None:
        return
    row.row_count = card.row_count
    row.freshness_at = card.freshness_at
    row.quality_score = card.score
    row.quality_grade = card.grade
    row.sample_rows = sample_rows(card)


async def gather(session: AsyncSession, row: Listing, at: datetime) -> Evidence:
    """Everything the gates ask for, as it stands now."""
    revision = await assets.revision(session, row.revision_id)
    certificate = await certificate_in_force(session, row.asset_id, at)
    vocabulary = vocabularies().at(day_in_china(at))
    licence = from_terms(row.licence, vocabulary)
    covered = certificate is not None and await covers(session, certificate.id, revision.content_sha256)
    card = await scorecard_of(session, row)
    appraisal = await appraisal_of(session, row, at)
    facts = await facts_of(session, row.asset_id, row.provider, "listing", at)
    return Evidence(
        provider=row.provider,
        register=msgspec.structs.replace(
            await looked_into(session, facts, row.revision_id, at),
            exported=leaves_the_country(licence.territory),
            computing_only=computing_only(licence, vocabulary.body),
            purposes=licence.purposes,
        ),
        title=await title_of(session, row, licence, at) if certificate is not None else None,
        revision_id=revision.id,
        content_digest=revision.content_sha256,
        certificate=None
        if certificate is None
        else CertificateFacts(
            id=certificate.id,
            holder=certificate.party_id,
            # What entered the register under the certificate is as good as the content that it names.
            content_digest=revision.content_sha256 if covered else certificate.content_sha256,
            valid_until=certificate.valid_until,
        ),
        score=None
        if card is None
        else ScoreFacts(
            id=card.id,
            revision_id=card.revision_id,
            score=card.score,
            scored_at=card.scored_at,
            has_sample=bool(sample_rows(card)),
        ),
        price=row.price,
        charged=yearly(terms_of(row, day_in_china(at)), day_in_china(at)) if row.price_terms is not None else None,
        price_kind=PriceKind(row.price_kind),
        value=Money(appraisal.value_minor, appraisal.currency) if appraisal is not None else None,
        member_until=(await one(session, Party, row.provider)).admitted_until,
        licence_days=vocabulary.body.performance_days_max + licence.term_days,
    )


async def require_marks(session: AsyncSession, row: Listing, policy: UsagePolicy | None, at: datetime) -> None:
    """Raise MarksUnsuitable unless copies of what a listing sells may bear the marks of negotiated terms."""
    if policy is not None and policy.marks:
        card, pointer = await scorecard_of(session, row), "/terms/policy/marks"
        await require_markable(session, policy.marks, card, at, pointer, scope=policy.scope)


def terms_of(row: Listing, on: date) -> Terms:
    """What a listing offers to everybody as terms, as they would be agreed on a day."""
    return offered(
        from_terms(row.licence, vocabularies().at(on)),
        provider=row.provider,
        asset=row.asset_id,
        revision=row.revision_id,
        price=row.price_terms or OnRequest(),  # A draft that its own provider looks at.
        delivery=Delivery(row.delivery),
        listing=row.id,
        marks=marks_of(row.licence),
    )


_EQUAL: Final = ("actions", "purposes", "territory", "environments", "exclusivity")
"""What the licences of a bundle have in common."""


async def require_bundle(session: AsyncSession, row: Listing, price: PriceTerms | None, pointer: str) -> None:
    """Raise BundleFaulty unless each member of a bundle is a product of the provider, on sale under equal rights."""
    if not isinstance(price, Plan):
        return
    faults: list[FieldError] = []
    for at, part in enumerate(price.components):
        if isinstance(part, Bundle):
            faults += await _bundle_faults(session, row, part, f"{pointer}/components/{at}/members")
    if faults:
        raise BundleFaulty(errors=faults, count=len(faults))


async def _bundle_faults(session: AsyncSession, row: Listing, part: Bundle, pointer: str) -> list[FieldError]:
    asked = [member.listing for member in part.members if member.listing != row.id]
    own = select(Listing).where(Listing.id.in_(asked), Listing.provider == row.provider)
    sold = {one.id: one for one in await session.scalars(own.where(Listing.status == ListingState.LISTED))}
    rule, faults = BundleFaulty.rule, list[FieldError]()
    for at, member in enumerate(part.members):
        other = row if member.listing == row.id else sold.get(member.listing)
        if other is None:
            # What is somebody else's, or not on the shelf, is told as one: nobody learns of it here.
            text = Text("不是贵方在售的商品", "It is no product of yours that is on the shelf")
            faults.append(FieldError(f"{pointer}/{at}/listing", text, rule))
        elif unlike := [name for name in _EQUAL if _said(other, name) != _said(row, name)]:
            names = ", ".join(unlike)
            text = Text(f"许可的权利不同：{names}", f"Its licence has other rights: {names}")
            faults.append(FieldError(f"{pointer}/{at}/listing", text, rule))
    return faults


def _said(row: Listing, name: str) -> Any:
    value = getattr(msgspec.convert(row.licence, LicenceTerms), name)
    return value if isinstance(value, str) else sorted(value)


async def title_of(session: AsyncSession, row: Listing, licence: Licence, at: datetime) -> tuple[Finding, ...]:
    """What stands on the chain of title against granting to whoever buys what the listing offers."""
    policy = of_licence(licence, row.asset_id, row.revision_id, ANYONE)
    (box,) = boxes(policy, day_in_china(at), "/licence")
    return (await answer(session, row.asset_id, Wish(RightsAct.GRANT, row.provider, box), at=at)).findings


async def take_newer_scorecard(session: AsyncSession, row: Listing) -> bool:
    """In the place of a scorecard that is too old, the newest of the same revision by whoever scored before, if any."""
    card, newest = await scorecard_of(session, row), await quality.latest_scorecard(session, row.revision_id)
    if card is None or newest is None or newest.id == card.id or newest.scored_by != card.scored_by:
        return False
    row.scorecard_id = newest.id
    await copy_scorecard(session, row)
    return True
