"""Reading complaints: for their sides, for the centre, and in numbers for everybody."""

from datetime import date, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.documents.models import Document
from kernel.errors import NotFound
from kernel.money import Money
from kernel.states import Role
from kernel.time.clock import end_of_day_in_china
from kernel.uploads.models import StoredFile
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.complaints import rules
from market.complaints.errors import BundleInTheMaking
from market.complaints.models import Complaint, ComplaintBundle, ComplaintFile, ComplaintStep
from market.complaints.schemas import (
    ComplaintBundleView,
    ComplaintCount,
    ComplaintFileView,
    ComplaintReasonView,
    ComplaintStatisticsView,
    ComplaintStepView,
    ComplaintView,
    RemedyView,
)
from market.complaints.states import COMPLAINT, OPEN, ComplaintState
from market.complaints.verify import KIND

AUDIENCE: Final = Audience("complaint", (Role.OPERATOR, Role.CLEARING, Role.REGULATOR))
"""The centre that mediates, the clearing officer whose money is held, and the regulator, besides the two sides."""

_S = ComplaintState
_OWNERS: Final = {
    _S.FILED: "provider",
    _S.REDELIVERING: "provider",
    _S.REDELIVERED: "buyer",
    _S.PROPOSED: "both",
    _S.DECIDED: "both",
    _S.AGREED: "system",
    _S.FINAL: "system",
}
"""Who has to act by the day of a state; the centre's officer in all others."""


def role_of(row: Complaint, actor: Actor) -> Role | None:
    """What the actor is to a complaint: a side, the centre, or nobody who acts in it."""
    if actor.party == row.buyer:
        return Role.BUYER
    if actor.party == row.provider:
        return Role.PROVIDER
    return Role.OPERATOR if actor.has(Role.OPERATOR) else None


async def visible(act: Act, complaint_id: str) -> Complaint:
    """The row; raises NotFound for whoever may not see it."""
    row = await one(act.session, Complaint, complaint_id)
    AUDIENCE.require(act.actor, row.id, *row.parties)
    return row


async def complaint(act: Act, complaint_id: str) -> ComplaintView:
    """A complaint, for its sides and the offices; raises NotFound for anybody else."""
    return view(await visible(act, complaint_id), act.actor)


async def complaints(
    act: Act, status: ComplaintState | None, order_id: str | None, limit: int, cursor: str | None
) -> Page[ComplaintView]:
    """The complaints that the actor may see, the newest first."""
    query = select(Complaint).where(AUDIENCE.among(act.actor, Complaint.buyer, Complaint.provider))
    if status is not None:
        query = query.where(Complaint.status == status)
    if order_id is not None:
        query = query.where(Complaint.order_id == order_id)
    page = await fetch(act.session, query, Complaint.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: view(row, act.actor))


def view(row: Complaint, actor: Actor) -> ComplaintView:
    """A complaint with what the actor may do."""
    role = role_of(row, actor)
    actions = [] if role is None else COMPLAINT.actions(row.status, role)
    return shown(
        row,
        ComplaintView,
        price=Money(row.price_minor, row.currency).view(),
        disputed=row.disputed.view(),
        paid_back=Money(row.paid_back_minor, row.currency).view(),
        remedy=None if row.remedy is None else RemedyView(row.remedy["kind"], _money(row.remedy)),
        allowed_actions=[str(each) for each in actions],
        owner=_OWNERS.get(row.status, "centre") if row.status in OPEN else None,
    )


def _money(remedy: dict[str, Any]) -> Any:
    minor = remedy["amount_minor"]
    return None if minor is None else Money(minor, remedy["currency"]).view()


async def steps(act: Act, complaint_id: str, limit: int, cursor: str | None) -> Page[ComplaintStepView]:
    """Everything that was said and done in a case, in its order, for its sides and those who watch."""
    row = await visible(act, complaint_id)
    query = select(ComplaintStep).where(ComplaintStep.complaint_id == row.id)
    page = await fetch(act.session, query, ComplaintStep.n, limit=limit, cursor=cursor)
    files = await files_of(act.session, row.id)
    return page.of(lambda step: step_view(step, files))


def step_view(step: ComplaintStep, files: list[ComplaintFile]) -> ComplaintStepView:
    """A step with its files; the key that did it for the centre is shown to nobody."""
    own = [shown(each, ComplaintFileView) for each in files if each.step == step.n]
    return shown(step, ComplaintStepView, files=own)


async def files_of(session: AsyncSession, complaint_id: str) -> list[ComplaintFile]:
    """The files of a case in their order; bounded by the policy."""
    query = select(ComplaintFile).where(ComplaintFile.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(ComplaintFile.n)))


async def file(act: Act, complaint_id: str, n: int) -> StoredFile:
    """A file of the case, for its sides and those who watch; raises NotFound."""
    row = await visible(act, complaint_id)
    kept = await act.session.get(ComplaintFile, (row.id, n))
    if kept is None:
        raise NotFound(kind="complaint", id=complaint_id)
    return await one(act.session, StoredFile, kept.file_id)


async def document(act: Act, complaint_id: str, document_id: str) -> Document:
    """A document that was issued in the case, for whoever may see it; raises NotFound."""
    row = await visible(act, complaint_id)
    issued = await one(act.session, Document, document_id)
    if (issued.subject, issued.kind) != (row.id, KIND):
        raise NotFound(kind="document", id=document_id)
    return issued


async def bundles(act: Act, complaint_id: str, limit: int, cursor: str | None) -> Page[ComplaintBundleView]:
    """The bundles of a case, the newest first."""
    row = await visible(act, complaint_id)
    query = select(ComplaintBundle).where(ComplaintBundle.complaint_id == row.id)
    page = await fetch(act.session, query, ComplaintBundle.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda one: shown(one, ComplaintBundleView))


async def bundle(act: Act, complaint_id: str, bundle_id: str) -> ComplaintBundle:
    """A bundle that is made; raises NotFound, and BundleInTheMaking."""
    row = await visible(act, complaint_id)
    made = await one(act.session, ComplaintBundle, bundle_id)
    if made.complaint_id != row.id:
        raise NotFound(kind="complaint_bundle", id=bundle_id)
    if made.made_at is None:
        raise BundleInTheMaking(bundle=made.id)
    return made


async def statistics(act: Act, since: date | None, until: date | None) -> ComplaintStatisticsView:
    """Complaints by reason and outcome, of those filed from one day to another, both included."""
    outcome = case((Complaint.outcome.is_not(None), Complaint.outcome), else_="open")
    query = select(Complaint.reason, outcome, func.count()).group_by(Complaint.reason, outcome)
    if since is not None:
        query = query.where(Complaint.filed_at >= end_of_day_in_china(since - timedelta(days=1)))
    if until is not None:
        query = query.where(Complaint.filed_at < end_of_day_in_china(until))
    rows = rules.counted([(reason, ended, count) for reason, ended, count in await act.session.execute(query)])
    table = rules.TABLE.at(act.today)
    return ComplaintStatisticsView(
        since=None if since is None else since.isoformat(),
        until=None if until is None else until.isoformat(),
        total=sum(count for _, _, count in rows),
        counts=[ComplaintCount(*row) for row in rows],
        reasons=[ComplaintReasonView(each.code, str(each.window), each.zh, each.en) for each in table.body.reason],
        policy=msgspec.to_builtins(table.ref),
    )
