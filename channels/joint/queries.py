"""Reading joint agreements, what they may ask now, and their runs."""

from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from channels.computing.queries import offer_of, spent
from channels.computing.rules import CAUTION
from channels.computing.schemas import SetOffer
from channels.joint.models import JointAgreement, JointRun, Side
from channels.joint.rules import NOTICE, joint_offer
from channels.joint.schemas import (
    JointAgreementView,
    JointAllowanceView,
    JointBudgetView,
    JointContent,
    JointReviewView,
    JointRunView,
    JointSide,
    JointSideView,
)
from channels.joint.states import (
    IN_REVIEW,
    JOINT_AGREEMENT,
    JOINT_RUN,
    OPEN,
    WAITING,
    JointAgreementState,
    JointRunState,
)
from contracts.agreements.models import Agreement
from contracts.agreements.states import AgreementState
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.delivery import queries as deliveries

AGREEMENTS: Final = Audience("joint_agreement")
"""A joint agreement is between a buyer and two providers, and no office looks into it."""

RUNS: Final = Audience("joint_run")
"""As are its runs, whose log all three read."""


def role_of(row: JointAgreement | JointRun, actor: Actor, audience: Audience) -> Role:
    """What the actor is to a joint agreement or run; raises NotFound for strangers."""
    role = audience.role(actor, buyer=row.buyer)
    if role is None:
        audience.require_party(actor, row.id, row.a_provider, row.b_provider)
        return Role.PROVIDER
    return role


def content_of(row: JointAgreement) -> JointContent:
    """What was proposed and consented to."""
    return msgspec.convert(row.content, JointContent)


def agreement_view(row: JointAgreement, actor: Actor) -> JointAgreementView:
    """A joint agreement with what the actor may do about it: whoever has consented does not consent again."""
    role = role_of(row, actor, AGREEMENTS)
    consents = {"a": row.a_consented_at, "b": row.b_consented_at}
    done = {"consent"} if role is Role.PROVIDER and consents[own_side(row, actor).name] is not None else set()
    actions = {str(action) for action in JOINT_AGREEMENT.actions(row.status, role)} - done
    sides = {
        side.name: JointSideView(side.order_id, side.agreement_id, side.asset_id, side.provider, consents[side.name])
        for side in row.sides
    }
    return shown(
        row, JointAgreementView, content=content_of(row), notice=NOTICE, allowed_actions=sorted(actions), **sides
    )


def own_side(row: JointAgreement, actor: Actor) -> Side:
    """The side whose provider the actor is; raises NotFound for anybody else."""
    side = next((each for each in row.sides if each.provider == actor.party), None)
    if side is None:
        raise NotFound(kind=AGREEMENTS.kind, id=row.id)
    return side


async def agreement(act: Act, joint_id: str) -> JointAgreementView:
    """One joint agreement; raises NotFound for strangers."""
    return agreement_view(await one(act.session, JointAgreement, joint_id), act.actor)


async def agreements(act: Act, limit: int, cursor: str | None) -> Page[JointAgreementView]:
    """Those that the actor proposed or is asked to consent to, the newest first."""
    columns = (JointAgreement.buyer, JointAgreement.a_provider, JointAgreement.b_provider)
    query = select(JointAgreement).where(AGREEMENTS.among(act.actor, *columns))
    rows = await fetch(act.session, query, JointAgreement.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: agreement_view(row, act.actor))


async def offers_of(
    session: AsyncSession, agreements: tuple[Agreement, Agreement]
) -> tuple[SetOffer | None, SetOffer | None]:
    """The computing offers that stood when each of the two agreements came into force."""
    a, b = [await offer_of(session, agreement) for agreement in agreements]
    return (
        msgspec.convert(a.terms, SetOffer) if a is not None else None,
        msgspec.convert(b.terms, SetOffer) if b is not None else None,
    )


def agreed_offer(content: JointContent, a: SetOffer | None, b: SetOffer | None) -> SetOffer | None:
    """What may be asked of both together; None where queries were not agreed, or one of them offers none."""
    if a is None or b is None or not content.aggregates:
        return None
    return joint_offer(a, b, content.units_min)


async def allowance(act: Act, joint_id: str) -> JointAllowanceView:
    """What may be asked now and what is left of both budgets, for all three; raises NotFound for strangers."""
    row = await one(act.session, JointAgreement, joint_id)
    role_of(row, act.actor, AGREEMENTS)
    agreements = [await one(act.session, Agreement, side.agreement_id) for side in row.sides]
    a, b = await offers_of(act.session, (agreements[0], agreements[1]))
    content = content_of(row)
    budgets = [await _budget(act, side, offer) for side, offer in zip(row.sides, (a, b), strict=True)]
    return JointAllowanceView(
        joint_agreement_id=row.id,
        offer=agreed_offer(content, a, b),
        a=budgets[0],
        b=budgets[1],
        caution=CAUTION,
    )


async def _budget(act: Act, side: Side, offer: SetOffer | None) -> JointBudgetView:
    by_agreement, by_asset = await spent(act.session, side.agreement_id), await spent(act.session, side.asset_id)
    if offer is None:
        return JointBudgetView(by_agreement, 0)
    left = min(offer.micro_epsilon_per_agreement - by_agreement, offer.micro_epsilon_per_product - by_asset)
    return JointBudgetView(by_agreement, max(0, left))


def binds(row: JointAgreement, at: datetime) -> bool:
    """Whether a joint agreement is in force and its term runs, whether or not a sweep has come."""
    return row.status is JointAgreementState.IN_FORCE and row.due_at is not None and row.due_at > at


def passed_on() -> Select[str]:
    """Joint agreements that are open, one of whose agreements another than who consented, or is asked to, provides."""
    a, b = aliased(Agreement), aliased(Agreement)
    query = select(JointAgreement.id).join(a, a.id == JointAgreement.a_agreement_id)
    query = query.join(b, b.id == JointAgreement.b_agreement_id).where(JointAgreement.status.in_(OPEN))
    return query.where((a.provider != JointAgreement.a_provider) | (b.provider != JointAgreement.b_provider))


async def is_entitled(act: Act, row: JointAgreement) -> bool:
    """Whether the buyer may compute on both sides' data now: each agreement holds, with whoever consented."""
    columns = (JointAgreement.a_agreement_id, JointAgreement.b_agreement_id)
    for column, side in zip(columns, row.sides, strict=True):
        query = deliveries.with_handover(select(JointAgreement.id).where(JointAgreement.id == row.id), column)
        _, handover = deliveries.handover_of((await act.session.execute(query)).one())
        if not handover.is_due(act.at) or handover.agreement.status is not AgreementState.IN_FORCE:
            return False
        if handover.agreement.provider != side.provider:
            return False
    return True


def run_view(row: JointRun, actor: Actor, content: JointContent) -> JointRunView:
    """A run for one of the three: who is entitled to its answer has it once it is released, reviewers before that."""
    role = role_of(row, actor, RUNS)
    reviews = {
        "a_review": JointReviewView(row.a_review_reason, row.a_reviewed_by if role is Role.PROVIDER else None),
        "b_review": JointReviewView(row.b_review_reason, row.b_reviewed_by if role is Role.PROVIDER else None),
    }
    is_read = _reads(row, actor, content, role)
    actions = {str(action) for action in JOINT_RUN.actions(row.status, role)}
    if role is Role.PROVIDER and reviewed_by(row, actor) is not None:
        actions.discard("approve")
    return shown(
        row,
        JointRunView,
        parameters=row.question["parameters"] if row.template is not None else None,
        answer=row.answer if is_read else None,
        answer_sha256=row.answer_sha256 if is_read else None,
        allowed_actions=sorted(actions),
        **reviews,
    )


def _reads(row: JointRun, actor: Actor, content: JointContent, role: Role) -> bool:
    if role is Role.PROVIDER and row.status in IN_REVIEW:
        return True
    if row.status is not JointRunState.RELEASED:
        return False
    entitled = {row.a_provider if name == "a" else row.b_provider for name in content.recipients}
    return role is Role.BUYER or actor.party in entitled


def reviewed_by(row: JointRun, actor: Actor) -> str | None:
    """Who has reviewed a result for the provider that the actor is, if anybody has."""
    return row.a_reviewed_by if actor.party == row.a_provider else row.b_reviewed_by


async def run(act: Act, run_id: str) -> JointRunView:
    """One run; raises NotFound for strangers."""
    return await view_of_run(act, await one(act.session, JointRun, run_id))


async def view_of_run(act: Act, row: JointRun) -> JointRunView:
    """A run as the actor sees it; raises NotFound for strangers."""
    role_of(row, act.actor, RUNS)
    joint = await one(act.session, JointAgreement, row.joint_agreement_id)
    return run_view(row, act.actor, content_of(joint))


async def runs(act: Act, *, joint_id: str | None, limit: int, cursor: str | None) -> Page[JointRunView]:
    """The log of joint runs that the actor asked for or whose data is its own, the newest first."""
    query = (
        select(JointRun, JointAgreement)
        .join(JointAgreement, JointAgreement.id == JointRun.joint_agreement_id)
        .where(RUNS.among(act.actor, JointRun.buyer, JointRun.a_provider, JointRun.b_provider))
    )
    if joint_id is not None:
        query = query.where(JointRun.joint_agreement_id == joint_id)
    rows = await fetch(act.session, query, JointRun.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda pair: run_view(pair[0], act.actor, content_of(pair[1])))


class JoinedSet(NamedTuple):
    """Identifiers that were joined: of which file, in which revision, as which agreement licenses it."""

    agreement: Agreement
    revision_id: str
    file: str

    @property
    def identity(self) -> tuple[str | None, str, str]:
        """What makes it the same set as another: agreements of one scope license the same rows."""
        return (self.agreement.scope_sha256, self.revision_id, self.file)


async def earlier_sets(
    session: AsyncSession, row: JointAgreement, side: Side, this: JoinedSet, run_id: str | None
) -> list[JoinedSet]:
    """The sets of a side's asset, other than `this`, that a template has joined or may yet join with the other asset.

    Of whichever joint agreement about the two assets and the same column; whoever reviewed an answer has seen it, so
    one that was kept back counts too. `run_id` is the run that asks.
    """
    other = row.b_asset_id if side.name == "a" else row.a_asset_id
    seen = or_(JointRun.status.in_(WAITING), JointRun.answer_sha256.is_not(None))
    pair = tuple_(JointAgreement.a_asset_id, JointAgreement.b_asset_id)
    query = (
        select(JointAgreement, JointRun.a_revision_id, JointRun.b_revision_id)
        .join(JointRun, JointRun.joint_agreement_id == JointAgreement.id)
        .where(pair.in_([(side.asset_id, other), (other, side.asset_id)]), JointRun.template.is_not(None), seen)
        .distinct()
    )
    if run_id is not None:
        query = query.where(JointRun.id != run_id)
    column = content_side(row, side.name).key_column
    sets: dict[tuple[str | None, str, str], JoinedSet] = {}
    for joint, *revisions in await session.execute(query):
        name = "a" if joint.a_asset_id == side.asset_id else "b"
        content = content_side(joint, name)
        if content.key_column == column:
            agreement = await one(session, Agreement, joint.sides["ab".index(name)].agreement_id)
            joined = JoinedSet(agreement, revisions["ab".index(name)], content.file)
            sets[joined.identity] = joined
    sets.pop(this.identity, None)
    return list(sets.values())


def content_side(row: JointAgreement, name: str) -> JointSide:
    """What a joint agreement says of one of its sides."""
    content = content_of(row)
    return content.a if name == "a" else content.b
