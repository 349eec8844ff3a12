"""Bringing a product to the shelf and taking it off."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Text as SqlText
from sqlalchemy import cast, literal, select
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.policy.rules import computing_only, from_terms, marks_of, vocabularies
from contracts.terms.errors import TermsContradictory
from contracts.terms.price.faults import faults as price_faults
from contracts.terms.price.least import least_minor
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked
from kernel.errors import FieldError, InvalidInput
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china
from market.listings import evidence, gating, queries, search
from market.listings.errors import (
    DeliveryContradictsLicence,
    ListingHandedIn,
    ListingUnavailable,
    ListingUnderNotice,
    NotYourListing,
    ReviewerNotIndependent,
    VolumeBelowData,
)
from market.listings.models import Listing
from market.listings.queries import listing_view
from market.listings.schemas import (
    CreateListing,
    DelistListing,
    ListingView,
    ReviewListing,
    SuperviseListing,
)
from market.listings.states import LISTING, ListingAction, ListingState, PriceKind
from market.marks.queries import require_markable
from rights.assets import queries as assets
from rights.assets.queries import Revision
from valuation.appraisal import queries as appraisals
from valuation.quality import queries as quality


async def create(act: Act, data: CreateListing) -> ListingView:
    """Describe a product of one's own newest revision; the gates are asked when it is submitted."""
    assert act.actor.party is not None
    asset = await assets.own_asset(act, data.asset_id)
    revision = await _offered(act, data)
    row = Listing(
        id=ids.new("lst"),
        provider=act.actor.party,
        asset_id=asset.id,
        certificate_id=None,
        row_count=None,
        freshness_at=None,
        quality_score=None,
        quality_grade=None,
        sample_rows={},
        gates=None,
        held_by=None,
        look_again_on=None,
        lapses_rule=None,
        decision_reason=None,
        created_at=act.at,
        listed_at=None,
        **_described(data, revision),
    )
    await evidence.require_bundle(act.session, row, row.price_terms, "/plan")
    await evidence.copy_scorecard(act.session, row)
    await lifecycle.begin(act, row, LISTING, parties=[row.provider], asset=asset.id)
    return await listing_view(act, row)


async def _offered(act: Act, data: CreateListing) -> Revision:
    """The newest revision of the asset, which is what is offered; raises what is wrong with the rest of it."""
    revision = await assets.latest_revision(act.session, data.asset_id)
    if revision is None:
        text = Text("该资产还没有数据版本", "The asset has no revision yet")
        raise InvalidInput(errors=[FieldError("/asset_id", text)])
    if data.scorecard_id is not None:
        await quality.scorecard_seen(act, data.scorecard_id)
    if data.appraisal_id is not None:
        await appraisals.appraisal_seen(act, data.appraisal_id)
    _require_delivery(data, act.at)
    return revision


def _described(data: CreateListing, revision: Revision) -> dict[str, Any]:
    """The columns that hold what its provider says of a product."""
    return {
        "revision_id": revision.id,
        "size_bytes": sum(file.size_bytes for file in revision.files),
        "scorecard_id": data.scorecard_id,
        "appraisal_id": data.appraisal_id,
        "title_zh": data.title_zh,
        "title_en": data.title_en,
        "summary_zh": data.summary_zh,
        "summary_en": data.summary_en,
        "keywords": list(dict.fromkeys(data.keywords)),
        "theme": data.theme,
        "licence": msgspec.to_builtins(data.licence),
        "delivery": data.delivery,
        "search": cast(literal(_search_text(data), SqlText), TSVECTOR),
        **_priced(data),
    }


async def change(act: Act, listing_id: str, data: CreateListing) -> None:
    """Describe a draft anew; what was handed in stays as it is judged. Raises ListingHandedIn."""
    row = await _own(act, listing_id)
    if row.status is not ListingState.DRAFT or row.asset_id != data.asset_id:
        raise ListingHandedIn(id=row.id)
    for name, value in _described(data, await _offered(act, data)).items():
        setattr(row, name, value)
    row.version += 1
    await evidence.require_bundle(act.session, row, row.price_terms, "/plan")
    await evidence.copy_scorecard(act.session, row)
    record(act, "market.listing.changed", row.id, parties=[row.provider], facts={"version": row.version})
    await act.session.flush()


async def submit(act: Act, listing_id: str) -> ListingView:
    """Ask the gates and hand the product to the reviewer; raises the refusal of the first gate that refuses."""
    row = await _own(act, listing_id)
    await _pass_gates(act.session, row, act.at)
    await lifecycle.advance(act, row, LISTING, ListingAction.SUBMIT, Role.PROVIDER, parties=[row.provider])
    return await listing_view(act, row)


async def review(act: Act, listing_id: str, data: ReviewListing) -> ListingView:
    """Approve or reject; the gates are asked again, since a certificate may have ended while the product waited."""
    row = await _row(act.session, listing_id)
    if act.actor.party == row.provider:
        raise ReviewerNotIndependent
    action = ListingAction(data.decision)
    if action is ListingAction.APPROVE:
        await _pass_gates(act.session, row, act.at)
        row.listed_at = act.at
    row.decision_reason = data.reason
    await _advance(act, row, action, Role.REVIEWER, data.reason)
    return await listing_view(act, row)


async def delist(act: Act, listing_id: str, data: DelistListing) -> ListingView:
    """Take one's own product off the shelf; orders already placed are not touched."""
    row = await _own(act, listing_id)
    await _advance(act, row, ListingAction.DELIST, Role.PROVIDER, data.reason)
    return await listing_view(act, row)


async def make_way(act: Act, listing_id: str, successor: str) -> None:
    """Take a product off the shelf whose successor is there now; orders already placed are not touched."""
    row = await _row(act.session, listing_id)
    if row.status not in (ListingState.LISTED, ListingState.SUSPENDED):
        return
    reason = "后继商品已上架 · its successor is on the shelf"
    facts = {"parties": [row.provider], "reason": reason, "successor": successor, "rule": ListingHandedIn.rule}
    await lifecycle.advance(act.by(SYSTEM), row, LISTING, ListingAction.DELIST, Role.SYSTEM, **facts)


async def supervise(act: Act, listing_id: str, data: SuperviseListing) -> ListingView:
    """Suspend, resume or delist somebody's product with a reason; what the gates refuse is not resumed."""
    row = await _row(act.session, listing_id)
    role = Role.OPERATOR if act.actor.has(Role.OPERATOR) else Role.REGULATOR
    if data.action == "resume" and row.status is ListingState.SUSPENDED:
        await _pass_gates(act.session, row, act.at)
        row.held_by = None
    row.decision_reason = data.reason
    await _advance(act, row, ListingAction(data.action), role, data.reason)
    return await listing_view(act, row)


async def _advance(act: Act, row: Listing, action: ListingAction, role: Role, reason: str) -> None:
    await lifecycle.advance(act, row, LISTING, action, role, parties=[row.provider], reason=reason)


async def _row(session: AsyncSession, listing_id: str) -> Listing:
    if not ids.is_id("lst", listing_id):
        raise ListingUnavailable(id=listing_id[:40])
    row = await find_locked(session, select(Listing).where(Listing.id == listing_id))
    if row is None:
        raise ListingUnavailable(id=listing_id)
    return row


async def _own(act: Act, listing_id: str) -> Listing:
    """The actor's own product, locked; raises NotYourListing for one that it can see, else ListingUnavailable."""
    row = await _row(act.session, listing_id)
    if row.provider != act.actor.party:
        if queries.sees(act.actor, row):
            raise NotYourListing
        raise ListingUnavailable(id=listing_id)
    return row


async def _pass_gates(session: AsyncSession, row: Listing, at: datetime) -> None:
    """Ask the gates, keep their answers; raises the refusal of the first that refuses, listing all that do.

    Raises ListingUnderNotice first.
    """
    if row.under_notice:
        raise ListingUnderNotice(listing=row.id)
    await evidence.require_bundle(session, row, row.price_terms, "/plan")
    await evidence.copy_scorecard(session, row)
    rows_max = row.licence.get("rows_max")
    if rows_max is not None and row.row_count is not None and rows_max < row.row_count and row.delivery != "computing":
        raise VolumeBelowData(rows_max=rows_max, row_count=row.row_count)
    card = await evidence.scorecard_of(session, row) if row.licence.get("marks") else None
    await require_markable(session, marks_of(row.licence), card, at, "/licence/marks")
    await gating.require_gates(session, row, at)


def _require_delivery(data: CreateListing, at: datetime) -> None:
    """Files go into the buyer's own environment; what is used in controlled environments only is never handed out."""
    vocabulary = vocabularies().at(day_in_china(at))
    licence = from_terms(data.licence, vocabulary)
    if computing_only(licence, vocabulary.body) != (data.delivery == "computing"):
        raise DeliveryContradictsLicence(delivery=data.delivery, environments=list(licence.environments))


def _priced(data: CreateListing) -> dict[str, Any]:
    """The columns of a price; raises InvalidInput for what does not go with its kind, and for no amount of money.

    Raises TermsContradictory for a plan that cannot be computed or paid, naming every fault.
    """
    view, kind = data.price, data.price_kind
    columns = {"price_kind": kind, "price_minor": None, "currency": None, "price_plan": None, "from_minor": None}
    if (data.plan is None) is (kind is PriceKind.PLAN):
        text = Text(
            "价格类型为 plan 时填写 plan，其他类型不填写",
            "A plan is given with the kind plan, and with no other",
        )
        raise InvalidInput(errors=[FieldError("/plan", text)])
    if view is not None and kind is not PriceKind.ONE_OFF:
        text = Text(
            f"价格类型为 {kind} 时不填写金额；有价款的用 one-off",
            f"With the kind {kind} no amount is given; what has a price is one-off",
        )
        raise InvalidInput(errors=[FieldError("/price", text)])
    if data.plan is not None:
        if faults := list(price_faults(data.plan, "/plan", public=True)):
            raise TermsContradictory(errors=faults, count=len(faults))
        plan = {"price_plan": msgspec.to_builtins(data.plan), "from_minor": least_minor(data.plan)}
        return columns | plan | {"currency": data.plan.currency}
    if view is None:
        return columns
    price = Money.of(view)
    if price.minor <= 0:
        text = Text("价格须大于零；无偿的用 price_kind: free", "A price is above zero; what costs nothing is free")
        raise InvalidInput(errors=[FieldError("/price/amount", text)])
    return columns | {"price_minor": price.minor, "currency": price.currency}


def _search_text(data: CreateListing) -> str:
    return search.document(
        f"{data.title_zh} {data.title_en}",
        " ".join([*data.keywords, data.theme]),
        f"{data.summary_zh} {data.summary_en}",
    )
