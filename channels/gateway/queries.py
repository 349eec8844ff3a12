"""Reading interfaces, calls and receipts, for those who may."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.gateway.documents.changes import InterfaceChange
from channels.gateway.documents.reading import operations, written
from channels.gateway.models import GatewayCall, GatewayDay, GatewayInterface
from channels.gateway.schemas import GatewayCallView, GatewayDayView, InterfaceView, OwnInterfaceView
from channels.keys.models import ChannelKey
from contracts.agreements.models import Agreement
from contracts.agreements.states import AgreementState
from contracts.obligations.deletions.handed_over import CHANNELS, Handed
from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.delivery.queries import READINGS
from market.listings import queries as listings
from market.listings.models import Listing
from rights.assets import queries as assets

AUDIENCE: Final = Audience("agreement", (Role.REGULATOR, Role.AUDITOR))
"""Who may know of an agreement's calls besides its two parties."""

KIND: Final = "gateway_interface"
_STANDING: Final = (AgreementState.IN_FORCE, AgreementState.SUSPENDED)


def view(row: GatewayInterface) -> InterfaceView:
    """A version of an interface as everybody may read it."""
    return shown(
        row,
        InterfaceView,
        title=row.document["info"]["title"],
        document_version=row.document["info"]["version"],
        operations=operations(row.document),
        changes=msgspec.convert(row.changes, list[InterfaceChange]),
    )


def own_view(row: GatewayInterface) -> OwnInterfaceView:
    """The same for its provider."""
    return OwnInterfaceView(view(row), row.asset_id, row.base_url, row.credential_header)


async def newest(session: AsyncSession, asset_id: str, at: datetime) -> GatewayInterface | None:
    """The version of an asset's interface that is called at a moment."""
    query = select(GatewayInterface).where(GatewayInterface.asset_id == asset_id, GatewayInterface.effective_at <= at)
    return (await session.scalars(query.order_by(GatewayInterface.n.desc()).limit(1))).first()


async def versions(act: Act, asset_id: str, limit: int, cursor: str | None) -> Page[OwnInterfaceView]:
    """The versions of the interface of one's own asset, the newest first; raises NotFound for anybody else's."""
    asset = await assets.own_asset(act, asset_id)
    query = select(GatewayInterface).where(GatewayInterface.asset_id == asset.id)
    page = await fetch(act.session, query, GatewayInterface.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(own_view)


async def of_listing(act: Act, listing_id: str) -> tuple[Listing, GatewayInterface]:
    """A product with its interface, for whoever may see the product.

    Raises ListingUnavailable, and NotFound where it is none that is called.
    """
    await listings.listing(act, listing_id)
    listing = await one(act.session, Listing, listing_id)
    row = await newest(act.session, listing.asset_id, act.at)
    if row is None or row.provider != listing.provider:
        raise NotFound(kind=KIND, id=listing_id)
    return listing, row


async def document_of_listing(act: Act, listing_id: str, address: str) -> dict[str, Any]:
    """The OpenAPI document of a product as it may be read before it is bought; the server is that of an agreement."""
    _, row = await of_listing(act, listing_id)
    variables = {"agreement": {"default": "agr_", "description": "协议编号 · the agreement's id"}}
    document = written(row.document, f"{address}/{{agreement}}")
    return {**document, "servers": [{**document["servers"][0], "variables": variables}]}


async def document_of_agreement(act: Act, agreement_id: str, address: str) -> dict[str, Any]:
    """The OpenAPI document by which an agreement's buyer calls; raises NotFound for whoever may not know of it."""
    agreement = await visible_agreement(act, agreement_id)
    row = await newest(act.session, agreement.licensed.asset_id, act.at) if agreement.asset_id is not None else None
    if row is None or row.provider != agreement.provider:
        raise NotFound(kind=KIND, id=agreement_id)
    return written(row.document, f"{address}/{agreement.id}")


async def visible_agreement(act: Act, agreement_id: str) -> Agreement:
    """An agreement whose calls the actor may know of; raises NotFound."""
    row = await one(act.session, Agreement, agreement_id)
    AUDIENCE.require(act.actor, agreement_id, row.provider, row.consumer)
    return row


async def calls(act: Act, agreement_id: str, limit: int, cursor: str | None) -> Page[GatewayCallView]:
    """The calls of an agreement, newest first; those that expired are among them."""
    row = await visible_agreement(act, agreement_id)
    query = select(GatewayCall).where(GatewayCall.agreement_id == row.id)
    page = await fetch(act.session, query, GatewayCall.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda call: shown(call, GatewayCallView))


async def days(act: Act, agreement_id: str, limit: int, cursor: str | None) -> Page[GatewayDayView]:
    """The receipts of an agreement's days, newest first."""
    row = await visible_agreement(act, agreement_id)
    query = select(GatewayDay).where(GatewayDay.agreement_id == row.id)
    page = await fetch(act.session, query, GatewayDay.day, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda day: shown(day, GatewayDayView))


async def callers(session: AsyncSession, asset_id: str) -> Sequence[str]:
    """Whoever may call an asset's interface, and is told before it changes."""
    query = select(Agreement.consumer).where(Agreement.asset_id == asset_id, Agreement.status.in_(_STANDING))
    return (await session.scalars(query.distinct().order_by(Agreement.consumer))).all()


async def open_days(session: AsyncSession, agreement_id: str, before: datetime) -> list[date]:
    """The days in China on which calls ended before a moment, and of which there is no receipt yet."""
    day = func.date(func.timezone("Asia/Shanghai", GatewayCall.ended_at))
    drawn = select(GatewayDay.day).where(GatewayDay.agreement_id == agreement_id)
    query = select(day).where(GatewayCall.agreement_id == agreement_id, GatewayCall.ended_at < before)
    return list(await session.scalars(query.where(day.not_in(drawn)).distinct().order_by(day)))


async def counted(session: AsyncSession, agreement_id: str, since: datetime, until: datetime) -> dict[str, Any]:
    """How many calls that ended within a time came to what, and the digest of their ids and outcomes."""
    query = select(GatewayCall.id, GatewayCall.state).where(
        GatewayCall.agreement_id == agreement_id, GatewayCall.ended_at >= since, GatewayCall.ended_at < until
    )
    totals = {"committed": 0, "released": 0, "expired": 0}
    digest = hashlib.sha256()
    async for call_id, state in await session.stream(query.order_by(GatewayCall.id)):
        totals[state] += 1
        digest.update(f"{call_id} {state}\n".encode())
    return {**totals, "calls_sha256": "sha256:" + digest.hexdigest()}


async def was_called(session: AsyncSession, order_id: str) -> bool:
    """Whether any call under an order was answered: whoever has been answered cannot give it back."""
    query = select(GatewayCall.id).join(Agreement, Agreement.id == GatewayCall.agreement_id)
    answered = query.where(Agreement.order_id == order_id, GatewayCall.state == "committed")
    return bool(await session.scalar(select(answered.exists())))


READINGS.append(was_called)


async def handed_over(session: AsyncSession, agreement: Agreement) -> list[Handed]:
    """The answers that left under an agreement, to the recipients of its keys."""
    ended, recipients = GatewayCall.ended_at, func.array_agg(ChannelKey.recipient.distinct())
    query = (
        select(func.count(), func.min(ended), func.max(ended), recipients)
        .join(ChannelKey, ChannelKey.id == GatewayCall.channel_key_id)
        .where(GatewayCall.agreement_id == agreement.id, GatewayCall.state == "committed")
        .having(func.count() > 0)
    )
    rows = await session.execute(query)
    return [Handed("gateway", None, n, first, last, to) for n, first, last, to in rows if first and last]


CHANNELS.append(handed_over)
