"""Asking for a joint run: both sides are charged and both uses counted in the unit that queues it, or neither."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import func, select

from channels.computing import rules as computing
from channels.computing.commands.asking import Purchase, of_table
from channels.computing.commands.offers import spend
from channels.computing.errors import ParametersUnfit
from channels.computing.grammar.parsing import understood
from channels.computing.grammar.query import Query, Table
from channels.computing.schemas import SetOffer
from channels.joint import queries
from channels.joint.commands.agreeing import purchases
from channels.joint.errors import (
    JointAggregatesNotAgreed,
    JointJoinTooLarge,
    JointKeyNotLicensed,
    JointNotInForce,
    JointRunsUnderWay,
    JointSetsTooMany,
    JointTableTooLarge,
    JointTemplateSpent,
    JointTemplateUnknown,
)
from channels.joint.models import JointAgreement, JointRun
from channels.joint.queries import JoinedSet
from channels.joint.rules import RULES, as_template, joint_offer
from channels.joint.schemas import AskJoint, JointContent, JointRunView, JointTemplate, RunJointTemplate
from channels.joint.states import ANSWERING, JOINT_RUN, UNDER_WAY
from contracts.metering.schemas import Access
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import lock_name, one
from kernel.jobs import desk
from kernel.jobs.queue import enqueue
from market.delivery import access
from rights.assets.models import RevisionMeasure

JOB: Final = "channels.joint.compute"
RETRY_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Both:
    """A joint agreement in force, with what its buyer has bought on each side and at which revision."""

    joint: JointAgreement
    content: JointContent
    a: Purchase
    b: Purchase

    @property
    def sides(self) -> tuple[Purchase, Purchase]:
        """Both, a first."""
        return (self.a, self.b)


async def ask_aggregates(act: Act, joint_id: str, data: AskJoint) -> JointRunView:
    """Ask an ad-hoc query of the join; the same one on the same revisions has its answer for nothing.

    Raises what an order's delivery does, JointNotInForce, JointAggregatesNotAgreed, TableMissing, TextTooLarge,
    JointTableTooLarge, JointJoinTooLarge, JointKeyNotLicensed, QueryRefused, JointRunsUnderWay, BudgetSpent and
    AccessRefused; then neither side is charged.
    """
    both = await both_sides(act, joint_id, data)
    offers = await _offers(act, both)
    await _require_bounded(act, both, offers)
    offered = _offered(both, offers)
    query = await desk.answer(understood, data.sql, offered, party=act.actor.party, in_unit=True)
    return await queries.view_of_run(act, await place_query(act, both, offers, query, data.sql))


async def place_query(act: Act, both: Both, offers: tuple[SetOffer, SetOffer], query: Query, sql: str) -> JointRun:
    """Charge both sides for a query that is understood and queue it, or give the run that asked the same before."""
    question = {"query": msgspec.to_builtins(query)}
    if (same := await _same_or_room(act, both, question)) is not None:
        return same
    joint = joint_offer(*offers, both.content.units_min)
    await charge_both(act, both.joint, offers, joint.micro_epsilon_per_query)
    cost = {"micro_epsilon": joint.micro_epsilon_per_query, "pico_delta": joint.pico_delta_per_query}
    return await _queue(act, both, question, sql=sql, template=None, **cost)


async def charge_both(act: Act, row: JointAgreement, offers: tuple[SetOffer, SetOffer], needed: int) -> None:
    """Take the whole cost of a query off each side's budgets, before it runs and for good; raises BudgetSpent.

    All products are locked before all agreements, each in the order of their ids, and queries of one table lock their
    product before their agreement: so charges at one time come one after the other, and none waits for another's end.
    """
    limits = []
    for side, offer in zip(row.sides, offers, strict=True):
        limits.append((0, side.asset_id, f"product {side.name}", offer.micro_epsilon_per_product))
        limits.append((1, side.agreement_id, f"agreement {side.name}", offer.micro_epsilon_per_agreement))
    for _, subject_id, scope, limit in sorted(limits):
        await spend(act, subject_id, scope, limit, needed)


async def run_template(act: Act, joint_id: str, data: RunJointTemplate) -> JointRunView:
    """Run a template of the joint agreement with parameters of its types; the same once more is the same run.

    Raises what an order's delivery does, JointNotInForce, JointTemplateUnknown, ParametersUnfit, TableMissing,
    JointTableTooLarge, JointKeyNotLicensed, JointTemplateSpent, JointSetsTooMany, JointRunsUnderWay and AccessRefused.
    """
    both = await both_sides(act, joint_id, data)
    template = _template(both, data.template)
    if faults := computing.parameter_faults(as_template(template), dict(data.parameters)):
        raise ParametersUnfit(errors=faults, count=len(faults))
    question = {"template": template.code, "parameters": data.parameters}
    if (same := await _same_or_room(act, both, question)) is not None:
        return await queries.view_of_run(act, same)
    ran = select(func.count()).where(JointRun.joint_agreement_id == both.joint.id, JointRun.template == template.code)
    if int(await act.session.scalar(ran) or 0) >= template.runs_max:
        raise JointTemplateSpent(limit=template.runs_max)
    await _require_comparable(act, both)
    cost = {"micro_epsilon": 0, "pico_delta": 0}
    return await queries.view_of_run(act, await _queue(act, both, question, sql=None, template=template.code, **cost))


def _template(both: Both, code: str) -> JointTemplate:
    codes = {template.code: template for template in both.content.templates}
    if code not in codes:
        raise JointTemplateUnknown(templates=", ".join(codes) or "–")
    return codes[code]


async def both_sides(act: Act, joint_id: str, data: AskJoint | RunJointTemplate) -> Both:
    """What the actor may compute on, if the joint agreement is its own and in force; strangers meet NotFound."""
    row = await one(act.session, JointAgreement, joint_id)
    queries.AGREEMENTS.require_party(act.actor, row.id, row.buyer)
    # Not locked: a run that is queued while somebody ends the agreement is stopped when it is taken up.
    if not queries.binds(row, act.at):
        raise JointNotInForce(joint_agreement=row.id, state=str(row.status))
    revisions = (data.a_revision_id, data.b_revision_id)
    a, b = await purchases(act, row.a_order_id, row.b_order_id, revisions, data.place)
    if any(bought.agreement.provider != side.provider for bought, side in zip((a, b), row.sides, strict=True)):
        raise JointNotInForce(joint_agreement=row.id, state=str(row.status))  # Whoever provides now never consented.
    content = queries.content_of(row)
    rows_max = computing.RULES.at(act.today).body.table_rows_max
    a, b = await of_table(act, a, content.a.file, rows_max), await of_table(act, b, content.b.file, rows_max)
    both = Both(row, content, a, b)
    for name, bought, side in (("a", a, content.a), ("b", b, content.b)):
        await _require_joinable(act, name, bought, side.key_column)
    return both


async def _require_joinable(act: Act, name: str, bought: Purchase, key_column: str) -> None:
    limit = RULES.at(act.today).body.side_rows_max
    if bought.scoped is not None and key_column not in [field["name"] for field in bought.scoped.schema["fields"]]:
        raise JointKeyNotLicensed(side=name, agreement=bought.agreement.id)
    rows = await _rows(act, bought)
    if rows is not None and rows > limit:
        raise JointTableTooLarge(side=name, rows=rows, limit=limit)


async def _rows(act: Act, bought: Purchase) -> int | None:
    """How many rows are licensed of a side's table, as far as it is known."""
    if bought.scoped is not None:
        return bought.scoped.rows
    measured = await act.session.get(RevisionMeasure, bought.revision_id)
    return measured.record_count if measured is not None else None


async def _require_bounded(act: Act, both: Both, offers: tuple[SetOffer, SetOffer]) -> None:
    """Raise JointJoinTooLarge where even the kept rows of identifiers could join to more than a process can hold."""
    limit = RULES.at(act.today).body.joined_rows_max
    rows = [await _rows(act, bought) for bought in both.sides]
    of_one = [
        count * other.rows_per_unit for count, other in zip(rows, reversed(offers), strict=True) if count is not None
    ]
    if of_one and min(of_one) > limit:
        raise JointJoinTooLarge(rows=min(of_one), limit=limit)


async def _offers(act: Act, both: Both) -> tuple[SetOffer, SetOffer]:
    """What each side offers of the columns that it licenses; raises JointAggregatesNotAgreed."""
    a, b = await queries.offers_of(act.session, (both.a.agreement, both.b.agreement))
    if a is None or b is None or not both.content.aggregates:
        raise JointAggregatesNotAgreed(joint_agreement=both.joint.id)
    return _licensed(both.a, a), _licensed(both.b, b)


def _licensed(bought: Purchase, offer: SetOffer) -> SetOffer:
    if bought.scoped is None:
        return offer
    return computing.licensed_offer(offer, [field["name"] for field in bought.scoped.schema["fields"]])


def _offered(both: Both, offers: tuple[SetOffer, SetOffer]) -> Table:
    return computing.table(joint_offer(*offers, both.content.units_min))


async def _require_comparable(act: Act, both: Both) -> None:
    """Raise JointSetsTooMany where a side's sets are more than one process can compare this one with."""
    limit = RULES.at(act.today).body.earlier_sets_max
    for side, bought in zip(both.joint.sides, both.sides, strict=True):
        file = queries.content_side(both.joint, side.name).file
        this = JoinedSet(bought.agreement, bought.revision_id, file)
        if len(await queries.earlier_sets(act.session, both.joint, side, this, None)) >= limit:
            raise JointSetsTooMany(side=side.name, limit=limit)


async def _same_or_room(act: Act, both: Both, question: dict[str, Any]) -> JointRun | None:
    """The run that asked the same before, or room for another; raises JointRunsUnderWay."""
    await lock_name(act.session, "joint_run", both.joint.id)
    of_this = JointRun.joint_agreement_id == both.joint.id
    query = select(JointRun).where(
        of_this, JointRun.question_sha256 == _sha256(both, question), JointRun.status.in_(ANSWERING)
    )
    same: JointRun | None = await act.session.scalar(query.order_by(JointRun.id).limit(1))
    if same is not None:
        return same
    limit = RULES.at(act.today).body.runs_under_way_max
    count = select(func.count()).where(of_this, JointRun.status.in_(UNDER_WAY))
    if int(await act.session.scalar(count) or 0) >= limit:
        raise JointRunsUnderWay(limit=limit, retry_after_seconds=RETRY_SECONDS)
    return None


def _sha256(both: Both, question: dict[str, Any]) -> str:
    return canonical.digest({**question, "a": both.a.revision_id, "b": both.b.revision_id})


async def _queue(act: Act, both: Both, question: dict[str, Any], **facts: Any) -> JointRun:
    """Count the use of both licences, and put the run on the queue; a use counts the longest that a run may take."""
    rules = RULES.at(act.today).body
    for bought in sorted(both.sides, key=lambda each: each.agreement.id):
        wanted = Access(
            environment=computing.RULES.at(act.today).body.environment,
            revision_id=bought.revision_id,
            place=bought.place,
            rows=None if bought.scoped is None else bought.scoped.rows,
            seconds=rules.run_seconds_max,
        )
        await access.release(act, bought.order, bought.agreement, wanted)
    row = JointRun(
        id=ids.new("jrn"),
        joint_agreement_id=both.joint.id,
        buyer=both.joint.buyer,
        a_provider=both.joint.a_provider,
        b_provider=both.joint.b_provider,
        a_revision_id=both.a.revision_id,
        b_revision_id=both.b.revision_id,
        question=question,
        question_sha256=_sha256(both, question),
        due_at=act.at + timedelta(minutes=rules.queue_minutes_max),
        created_at=act.at,
        **facts,
    )
    charged = {name: facts[name] for name in ("micro_epsilon", "pico_delta")}
    told = {"joint_agreement": both.joint.id, "question": row.question_sha256, **charged}
    await lifecycle.begin(act, row, JOINT_RUN, parties=row.parties, **told)
    await enqueue(act.session, JOB, {"run": row.id})
    return row
