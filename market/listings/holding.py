"""What the centre itself does with listings when what they rest on changes or runs out: hold, let back, take off.

A lower package tells that a title changed by a job's name; whatever is sold meanwhile is stopped by the statement that
places orders and by the chain of title at signing, so this only makes the shelf say what is so.
"""

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.states import Role
from market.listings import evidence, gating
from market.listings.models import Listing
from market.listings.states import LISTING, ListingAction, ListingState
from rights.assets.models import Asset
from rights.certificates.queries import certificate_in_force
from rights.title.models import AssetLineage

HELD: Final = "LT-ORD-08"
"""The rule under which the centre holds a listing and takes it off; `held_by` names the rule that it broke."""

TOO_OLD: Final = "LT-CLS-11"
"""The rule of the gate of quality: a new score lets a product back that was held for an old one."""

OPEN: Final = (ListingState.SUBMITTED, ListingState.LISTED, ListingState.SUSPENDED)


async def resting_on(session: AsyncSession, asset_id: str) -> list[str]:
    """The listings of an asset and of everything that is made from it."""
    made = select(AssetLineage.child_id.label("id")).where(AssetLineage.parent_id == asset_id).cte(recursive=True)
    further = aliased(AssetLineage)
    made = made.union(select(further.child_id).join(made, further.parent_id == made.c.id))
    query = select(Listing.id).where(
        (Listing.asset_id == asset_id) | Listing.asset_id.in_(select(made.c.id)), Listing.status.in_(OPEN)
    )
    return list(await session.scalars(query.order_by(Listing.id)))


async def look_again(act: Act, listing_id: str) -> bool:
    """Bring a listing in line with the rights behind it; says whether it was taken off because they passed on."""
    row = await locked(act.session, Listing, listing_id)
    if row.status not in OPEN:
        return False
    if (await one(act.session, Asset, row.asset_id)).destroyed_at is not None:
        await _off(act, row, "登记的数据已灭失，商品下架 · the registered data no longer exists")
        return True
    certificate = await certificate_in_force(act.session, row.asset_id, act.at)
    if certificate is not None and certificate.party_id != row.provider:
        reason = "登记权利已转让，原提供方的商品下架 · the registered rights passed to another holder"
        await _off(act, row, reason, certificate=certificate.id)
        return True
    held = row.status is ListingState.SUSPENDED and row.held_by is not None and not row.under_notice
    if row.status is ListingState.LISTED or held:
        await _hold_or_release(act, row)
    return False


async def take_aside(act: Act, listing_id: str, rule: str, reason: str) -> None:
    """Keep a product off sale while an infringement notice stands; buyers keep what they bought."""
    row = await locked(act.session, Listing, listing_id)
    row.under_notice = True
    if row.status is ListingState.LISTED:
        row.held_by = rule
        await _move(act, row, ListingAction.SUSPEND, reason, held_by=rule)


async def let_back(act: Act, listing_id: str) -> None:
    """No notice stands against a product any more: what the centre itself held comes back if the gates say so."""
    row = await locked(act.session, Listing, listing_id)
    row.under_notice = False
    if row.status is ListingState.SUSPENDED and row.held_by is not None:
        await _hold_or_release(act, row)


async def take_off(act: Act, listing_id: str, reason: str) -> None:
    """A notice was upheld: the product leaves the shelf for good; buyers keep what they bought."""
    row = await locked(act.session, Listing, listing_id)
    row.under_notice = False
    if row.status in OPEN:
        await _off(act, row, reason)


async def _off(act: Act, row: Listing, reason: str, **facts: str) -> None:
    action = ListingAction.WITHDRAW if row.status is ListingState.SUBMITTED else ListingAction.DELIST
    await _move(act, row, action, reason, **facts)


async def _hold_or_release(act: Act, row: Listing) -> None:
    review = await gating.ask(act.session, row, act.at)
    too_old = any(answer.rule == TOO_OLD for answer in review.against)
    if too_old and await evidence.take_newer_scorecard(act.session, row):
        review = await gating.ask(act.session, row, act.at)
    listed = row.status is ListingState.LISTED
    if review.against:
        first = next((answer for answer in review.against if answer.outcome != "not_assessed"), review.against[0])
        if not listed and row.held_by == first.rule:
            gating.note_lapse(row, review, act.at)
            return  # Nothing new: its answers are kept already.
        row.held_by = first.rule
        await gating.keep(act.session, row, review, act.at)
        if listed:
            await _move(act, row, ListingAction.SUSPEND, f"{first.zh} · {first.en}", held_by=first.rule)
    elif listed:
        gating.note_lapse(row, review, act.at)
    else:
        row.held_by = None
        await gating.keep(act.session, row, review, act.at)
        reason = "中止原因已消除 · nothing stands against it any more"
        await _move(act, row, ListingAction.RESUME, reason)


async def _move(act: Act, row: Listing, action: ListingAction, reason: str, **facts: str) -> None:
    row.decision_reason = reason
    await lifecycle.advance(
        act.by(SYSTEM), row, LISTING, action, Role.SYSTEM, parties=[row.provider], reason=reason, rule=HELD, **facts
    )
