"""Drafts and what is said of them: the first valuer computes, the second concurs, a third person reviews."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.errors import FieldError
from kernel.identity.models import Party
from kernel.jobs import desk
from kernel.log.record import record
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china, timestamp
from kernel.views.projection import shown
from rights.assets import queries as assets
from valuation.appraisal.basis import quality_basis_seen, rule_set
from valuation.appraisal.document import (
    AppraisalClaims,
    EngagementClaims,
    PaperClaims,
    RightsClaims,
    ValuerClaims,
    plain,
)
from valuation.appraisal.engine.inputs import QualityBasis
from valuation.appraisal.engine.limits import last_use
from valuation.appraisal.engine.result import Appraisal
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.study import computed
from valuation.engagements import queries, rules
from valuation.engagements.commands import require_part
from valuation.engagements.errors import DraftOutdated, WorkUnfinished
from valuation.engagements.independence import check as independence
from valuation.engagements.models import Engagement, EngagementDraft, EngagementOpinion
from valuation.engagements.policy import PAPER_NAMES, POLICY
from valuation.engagements.schemas import DraftView, GiveOpinion, OpinionView, SubmitDraft
from valuation.engagements.states import ENGAGEMENT, EngagementAction, EngagementState
from valuation.engagements.work.evidence import at_work
from valuation.engagements.work.rights import claims as rights_claims
from valuation.engagements.work.rights import rights_state
from valuation.market_evidence import citing

_S, _A = EngagementState, EngagementAction

STAGES = {
    _S.DRAFTED: ("second", _A.SECOND, ("second_valuer",)),
    _S.SECONDED: ("review", _A.APPROVE, ("reviewer",)),
    _S.REVIEWED: ("signing", None, ("first_valuer", "second_valuer")),
    _S.SIGNED: ("signing", None, ("first_valuer", "second_valuer")),
}
"""Whose turn it is in a state, by which step a draft goes on; from review on valuers sign or send it back."""


async def draft(act: Act, engagement_id: str, data: SubmitDraft) -> DraftView:
    """The first valuer computes a draft by the engagement's terms; raises InputsFaulty with every fault."""
    row, person = await at_work(act, engagement_id)
    require_part(row, person, "first_valuer")
    ENGAGEMENT.next(row.status, _A.DRAFT, Role.VALUER)
    team = await queries.team(act.session, row)
    await independence.confirm(act.session, row, team, "draft", act.at)
    basis = await quality_basis_seen(act, row.asset_id, data.scorecard_id)
    result = await _computed(act, row, data, basis, team)
    rights = rights_claims(await rights_state(act.session, row.asset_id, act.at))
    content = plain(await _content(act.session, row, data, result, team, rights))
    last = select(func.max(EngagementDraft.number)).where(EngagementDraft.engagement_id == row.id)
    new = EngagementDraft(
        id=ids.new("drf"),
        engagement_id=row.id,
        number=(await act.session.scalar(last) or 0) + 1,
        content=content,
        digest=rules.digest(content),
        use_until=result.use_until,
        drafted_by=person.id,
        created_at=act.at,
    )
    act.session.add(new)
    row.draft_id = new.id
    facts = {"draft": new.id, "digest": new.digest, "by": person.id}
    about = {"engagement": row.id, "digest": new.digest, "by": person.id}
    record(act, "valuation.draft.computed", new.id, parties=[row.firm], facts=about)
    await lifecycle.advance(act, row, ENGAGEMENT, _A.DRAFT, Role.VALUER, parties=[row.firm], **facts)
    return queries.draft_view(new)


async def _computed(
    act: Act, row: Engagement, data: SubmitDraft, basis: QualityBasis, team: independence.Team
) -> Appraisal:
    """Compute by the terms; the engine's faults and those against the terms are told together."""
    policy = rule_set(row.base_date, act.today)
    until = data.use_until or last_use(row.base_date, policy.body.use.months_max)
    faults = list(_against_terms(row, data))
    ours = {row.firm}.union(*(person.interests for _, person in team))
    faults += await citing.faults(act.session, data.study, "/study", ours)
    try:
        result: Appraisal = await desk.answer(
            partial(computed, base_date=row.base_date, use_until=until, policy=policy),
            *(row.asset_id, data.study, basis),
            party=row.firm,
            in_unit=True,
        )
    except InputsFaulty as faulty:
        faults = [*faulty.errors, *faults]
        raise InputsFaulty(errors=faults, count=len(faults)) from faulty
    if faults:
        raise InputsFaulty(errors=faults, count=len(faults))
    return result


def _against_terms(row: Engagement, data: SubmitDraft) -> list[FieldError]:
    """The study serves the purpose and the value type of the engagement, and no other."""
    faults = []
    for name, agreed in (("purpose", row.purpose), ("value_type", row.value_type)):
        if getattr(data.study, name) != agreed:
            text = Text(f"须与委托约定一致：{agreed}", f"It must be as agreed in the engagement: {agreed}")
            faults.append(FieldError(f"/study/{name}", text, "LT-ENG-06"))
    return faults


async def _content(
    session: AsyncSession,
    row: Engagement,
    data: SubmitDraft,
    result: Appraisal,
    team: independence.Team,
    rights: RightsClaims,
) -> AppraisalClaims:
    """Everything that both valuers sign."""
    asset = await assets.asset(session, row.asset_id)
    names = {
        each.id: each.name for each in await session.scalars(select(Party).where(Party.id.in_(queries.sides(row))))
    }
    papers = await queries.papers_of(session, row.id)
    earlier = await session.get(Engagement, row.supersedes_id) if row.supersedes_id else None
    return AppraisalClaims(
        asset=asset.id,
        asset_name=asset.name,
        revision=result.quality.revision,
        content_sha256=result.quality.content_sha256,
        provider=asset.party_id,
        valuer=row.firm,
        appraisal=plain(result),
        engagement=_terms(row, team, names, earlier),
        rights=rights,
        disclosures=data.disclosures,
        papers=tuple(shown(paper, PaperClaims) for paper in papers),
    )


def _terms(
    row: Engagement, team: independence.Team, names: dict[str, str], earlier: Engagement | None
) -> EngagementClaims:
    """The engagement as the report states it."""
    valuers = [ValuerClaims(part, person.id, person.name, person.registration_number) for part, person in team]
    return shown(
        row,
        EngagementClaims,
        client_name=names[row.client],
        firm_name=names[row.firm],
        provider_name=names[row.provider],
        supersedes=earlier.number if earlier is not None else None,
        accepted_at=timestamp(row.accepted_at or row.created_at),
        valuers=tuple(valuers),
        independence=tuple(row.checks),
    )


async def give_opinion(act: Act, engagement_id: str, data: GiveOpinion) -> OpinionView:
    """Agree to the draft or send it back; the state says whose turn it is."""
    row, person = await at_work(act, engagement_id)
    if row.status not in STAGES:
        ENGAGEMENT.next(row.status, _A.RETURN, Role.VALUER)
    stage, onward, parts = STAGES[row.status]
    require_part(row, person, *parts)
    if row.draft_id != data.draft_id:
        raise DraftOutdated(current=row.draft_id or "—", named=data.draft_id)
    action = onward if data.verdict == "agree" else _A.RETURN
    if action is None:
        action = _A.APPROVE  # From review on a valuer agrees by signing: the table tells so.
    if action is _A.APPROVE and stage == "review":
        await _finished(act.session, row, act.at)
    new = EngagementOpinion(
        id=ids.new("opn"),
        engagement_id=row.id,
        draft_id=data.draft_id,
        stage=stage,
        verdict=data.verdict,
        reason=data.reason,
        remarks=[msgspec.to_builtins(each) for each in data.remarks],
        given_by=person.id,
        created_at=act.at,
    )
    facts = {"draft": data.draft_id, "by": person.id, "opinion": new.id}
    await lifecycle.advance(act, row, ENGAGEMENT, action, Role.VALUER, parties=[row.firm], **facts)
    if action is _A.RETURN:
        row.draft_id = None
    act.session.add(new)
    about = {"engagement": row.id, "draft": data.draft_id, "verdict": data.verdict, "by": person.id}
    record(act, "valuation.opinion.given", new.id, parties=[row.firm], facts=about)
    await act.session.flush()  # The view shows what is stored.
    return queries.opinion_view(new)


async def _finished(session: AsyncSession, row: Engagement, at: datetime) -> None:
    """Nothing that was asked for is open, and the papers that the law wants are kept; raises WorkUnfinished."""
    missing: list[FieldError] = []
    for asked in await queries.open_requests(session, row.id):
        text = Text(f"资料请求尚未答复：{asked.subject}", f"A request for data is open: {asked.subject}")
        missing.append(FieldError(f"/requests/{asked.id}", text, "LT-ENG-05"))
    kept = {paper.kind for paper in await queries.papers_of(session, row.id)}
    missing += _lacking(POLICY.at(day_in_china(at)).body.papers, kept)
    if missing:
        raise WorkUnfinished(errors=missing)


def _lacking(wanted: Sequence[str], kept: set[str]) -> list[FieldError]:
    return [
        FieldError(
            f"/papers/{kind}",
            Text(f"缺少工作底稿：{PAPER_NAMES[kind].zh}", f"A working paper is missing: {PAPER_NAMES[kind].en}"),
            "LT-ENG-05",
        )
        for kind in wanted
        if kind not in kept
    ]
