"""Finding targets and pushes, for their two parties and for those who watch."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.pushes import rules
from channels.pushes.models import Push, PushObject, PushTarget
from channels.pushes.schemas import PushObjectView, PushTargetView, PushView
from channels.pushes.states import PUSH, PUSH_TARGET, UNDER_WAY, PushState, PushTargetState
from contracts.agreements.models import Agreement
from contracts.agreements.states import AgreementState
from contracts.obligations.deletions.handed_over import CHANNELS, Handed
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.delivery.models import DeliveryFile, DeliveryUpdate
from market.orders.models import Order
from valuation.quality.schemas import RunProblem

_WATCH: Final = (Role.REGULATOR, Role.AUDITOR)
TARGETS: Final = Audience("push_target", _WATCH)
PUSHES: Final = Audience("push", _WATCH)
ORDERS: Final = Audience("order", _WATCH)

SERVED: Final = (PushTargetState.CHECKING, PushTargetState.READY)
"""Targets that have a credential."""
_OVER: Final = (AgreementState.TERMINATED, AgreementState.EXPIRED)


def _problem(told: dict[str, Any] | None) -> RunProblem | None:
    return None if told is None else msgspec.convert(told, RunProblem)


def target_view(row: PushTarget, actor: Actor) -> PushTargetView:
    """A target with what the actor may do about it; raises NotFound for strangers."""
    TARGETS.require(actor, row.id, *row.parties)
    own = actor.party == row.buyer
    actions = sorted(map(str, PUSH_TARGET.actions(row.status, Role.BUYER))) if own else []
    return shown(row, PushTargetView, problem=_problem(row.problem), allowed_actions=actions)


async def target(act: Act, target_id: str) -> PushTargetView:
    """One target; raises NotFound for strangers."""
    return target_view(await one(act.session, PushTarget, target_id), act.actor)


async def targets(act: Act, order_id: str, limit: int, cursor: str | None) -> Page[PushTargetView]:
    """The targets of an order, newest first; raises NotFound for strangers."""
    order = await one(act.session, Order, order_id)
    ORDERS.require(act.actor, order_id, order.buyer, order.provider)
    query = select(PushTarget).where(PushTarget.order_id == order_id)
    page = await fetch(act.session, query, PushTarget.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: target_view(row, act.actor))


async def count_served(session: AsyncSession, order_id: str) -> int:
    """How many targets of an order may be written to."""
    query = select(func.count()).where(PushTarget.order_id == order_id, PushTarget.status.in_(SERVED))
    return int(await session.scalar(query) or 0)


async def view(session: AsyncSession, row: Push, actor: Actor) -> PushView:
    """A push with its objects and what the actor may do about it; raises NotFound for strangers."""
    PUSHES.require(actor, row.id, *row.parties)
    own = actor.party == row.buyer
    target = await one(session, PushTarget, row.target_id)
    return shown(
        row,
        PushView,
        problem=_problem(row.problem),
        manifest_key=rules.folder(target.prefix, row.revision_id) + rules.MANIFEST,
        objects=[_object_view(each, file) for each, file in await objects(session, row.id)],
        allowed_actions=sorted(map(str, PUSH.actions(row.status, Role.BUYER))) if own else [],
    )


def _object_view(row: PushObject, file: DeliveryFile) -> PushObjectView:
    parts = sum(1 for _ in rules.spans(row.size_bytes, row.part_bytes))
    return shown(row, PushObjectView, name=file.name, sha256=file.sha256, parts=parts)


async def push(act: Act, push_id: str) -> PushView:
    """One push; raises NotFound for strangers."""
    return await view(act.session, await one(act.session, Push, push_id), act.actor)


async def pushes(act: Act, *, order_id: str | None, limit: int, cursor: str | None) -> Page[PushView]:
    """The pushes that one may know of, the newest first."""
    query = select(Push).where(PUSHES.among(act.actor, Push.buyer, Push.provider))
    if order_id is not None:
        query = query.where(Push.order_id == order_id)
    page = await fetch(act.session, query, Push.id, limit=limit, cursor=cursor, newest_first=True)
    return await page.awaiting(lambda row: view(act.session, row, act.actor))


async def objects(session: AsyncSession, push_id: str) -> Sequence[tuple[PushObject, DeliveryFile]]:
    """The objects of a push in their order, each with the file that it is."""
    query = (
        select(PushObject, DeliveryFile)
        .join(DeliveryFile, DeliveryFile.id == PushObject.delivery_file_id)
        .where(PushObject.push_id == push_id)
        .order_by(PushObject.n)
    )
    return [(each, file) for each, file in await session.execute(query)]


async def under_way(session: AsyncSession, target_id: str) -> Push | None:
    """The push that a target takes now."""
    return await session.scalar(select(Push).where(Push.target_id == target_id, Push.status.in_(UNDER_WAY)))


def unfollowed() -> Select[str]:
    """Targets to which a later revision is to be pushed that has reached the buyer since, and takes none now."""
    pushed = exists().where(Push.target_id == PushTarget.id, Push.revision_id == DeliveryUpdate.revision_id)
    busy = exists().where(Push.target_id == PushTarget.id, Push.status.in_(UNDER_WAY))
    return (
        select(PushTarget.id)
        .join(DeliveryUpdate, DeliveryUpdate.order_id == PushTarget.order_id)
        .where(
            PushTarget.status == PushTargetState.READY,
            PushTarget.follows,
            DeliveryUpdate.available_at >= PushTarget.created_at,
            ~pushed,
            ~busy,
        )
        .distinct()
        .order_by(PushTarget.id)
    )


async def next_revision(session: AsyncSession, target: PushTarget) -> str | None:
    """The earliest revision since a target was set that was not pushed to it."""
    pushed = exists().where(Push.target_id == target.id, Push.revision_id == DeliveryUpdate.revision_id)
    query = select(DeliveryUpdate.revision_id).where(
        DeliveryUpdate.order_id == target.order_id, DeliveryUpdate.available_at >= target.created_at, ~pushed
    )
    revision: str | None = await session.scalar(query.order_by(DeliveryUpdate.number).limit(1))
    return revision


def resting(at: datetime) -> Select[str]:
    """Pushes under way that nobody has in hand and that wait for nothing."""
    free = or_(Push.lease_until.is_(None), Push.lease_until < at)
    due = or_(Push.next_attempt_at.is_(None), Push.next_attempt_at <= at)
    return select(Push.id).where(Push.status.in_(UNDER_WAY), free, due).order_by(Push.id)


ABANDONED_AFTER: Final = timedelta(days=7)
"""How long an upload that is left at a store is tried to be taken back."""


def unaborted(at: datetime) -> Select[str]:
    """Pushes that are over since a while, with an upload that is open at a store whose credential is there."""
    query = select(Push.id).join(PushObject, PushObject.push_id == Push.id)
    query = query.join(PushTarget, PushTarget.id == Push.target_id)
    over = (PushState.FAILED, PushState.REVOKED, PushState.CANCELLED)
    open_ = (PushObject.upload_id.is_not(None), PushTarget.secret.is_not(None))
    query = query.where(Push.status.in_(over), Push.ended_at > at - ABANDONED_AFTER, *open_)
    return query.distinct().order_by(Push.id)


def ended() -> Select[str]:
    """Targets of agreements that are over."""
    query = select(PushTarget.id).join(Agreement, Agreement.id == PushTarget.agreement_id)
    return query.where(PushTarget.status.in_(SERVED), Agreement.status.in_(_OVER)).order_by(PushTarget.id)


async def handed_over(session: AsyncSession, agreement: Agreement) -> list[Handed]:
    """What was written into buckets under an agreement, by revision, also by pushes that came to no end."""
    at = PushObject.written_at
    place = func.concat(PushTarget.endpoint, "/", PushTarget.bucket, "/", PushTarget.prefix)
    query = (
        select(Push.revision_id, func.count(), func.min(at), func.max(at), func.array_agg(place.distinct()))
        .join(Push, Push.id == PushObject.push_id)
        .join(PushTarget, PushTarget.id == Push.target_id)
        .where(Push.agreement_id == agreement.id, at.is_not(None))
        .group_by(Push.revision_id)
    )
    rows = await session.execute(query)
    return [Handed("push", revision, n, first, last, to) for revision, n, first, last, to in rows if first and last]


CHANNELS.append(handed_over)
