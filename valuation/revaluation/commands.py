"""Computing a report anew when its causes call for it: one new appraisal for all causes that wait, linked to them.

What is automatic ends with the computation. It is no report: it replaces nothing, backs no price and carries no
signature, until the client has the firm value again and two valuers sign (decision 0011).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.documents.models import Document
from kernel.errors import DomainError, FieldError
from kernel.identity.models import Party
from kernel.log.record import record
from kernel.money import MoneyView
from kernel.text import Text
from kernel.time.clock import day_in_china, timestamp
from rights.assets import queries as assets
from valuation.appraisal.basis import quality_basis, rule_set
from valuation.appraisal.commands import issue_appraisal
from valuation.appraisal.document import (
    STANDINGS,
    AppraisalClaims,
    CauseClaims,
    ChangeClaims,
    RevaluationClaims,
    RightsClaims,
    plain,
    read,
)
from valuation.appraisal.engine.inputs import Comparable, Parameter, QualityBasis, Study
from valuation.appraisal.models import AppraisalRow
from valuation.appraisal.policy import AppraisalRules
from valuation.appraisal.study import computed
from valuation.engagements import queries as engagements
from valuation.engagements.models import Engagement, EngagementDraft
from valuation.engagements.states import EngagementState
from valuation.engagements.work.rights import RightsState, rights_state
from valuation.engagements.work.rights import claims as rights_claims
from valuation.market_evidence.models import ComparableRow
from valuation.market_evidence.queries import parameter
from valuation.quality import queries as quality
from valuation.revaluation import inputs
from valuation.revaluation.causes import CAUSES
from valuation.revaluation.models import Revaluation, RevaluationCause

MARK = "LT-ENG-09"
"""The rule by which reports are computed anew."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The signed report and the newest appraisal after it (or it again), each with the rights its document states."""

    signed: AppraisalRow
    signed_rights: RightsClaims
    newest: AppraisalRow
    newest_rights: RightsClaims


async def revalue(act: Act, engagement_id: str) -> Revaluation | None:
    """Deal with every cause that waits for a report, once; None when none waits."""
    row = await locked(act.session, Engagement, engagement_id)
    waiting = select(RevaluationCause).where(
        RevaluationCause.engagement_id == row.id, RevaluationCause.revaluation_id.is_(None)
    )
    causes = list(await act.session.scalars(waiting.order_by(RevaluationCause.at, RevaluationCause.id)))
    if not causes or row.appraisal_id is None:
        return None
    chain = await _chain(act.session, row)
    made = Revaluation(
        id=ids.new("rvl"),
        engagement_id=row.id,
        previous_id=chain.newest.id,
        outcome="unchanged",
        appraisal_id=None,
        causes=[_cause(each) for each in causes],
        changes=[],
        faults=[],
        created_at=act.at,
    )
    await _compute(act, row, chain, made)
    act.session.add(made)
    await act.session.flush()  # The causes refer to it.
    for each in causes:
        each.revaluation_id = made.id
    facts = {
        "engagement": row.id,
        "number": row.number,
        "previous": made.previous_id,
        "appraisal": made.appraisal_id,
        "causes": sorted({each.kind for each in causes}),
        "rule": MARK,
    }
    kind = f"valuation.revaluation.{made.outcome}"
    record(act.by(SYSTEM), kind, made.id, parties=engagements.sides(row), facts=facts)
    return made


def _cause(row: RevaluationCause) -> dict[str, Any]:
    name = CAUSES[row.kind]
    return {
        "kind": row.kind,
        "name": {"zh": name.zh, "en": name.en},
        "entry": row.entry_id,
        "entry_kind": row.entry_kind,
        "subject": row.subject,
        "at": timestamp(row.at),
    }


async def _chain(session: AsyncSession, row: Engagement) -> Chain:
    signed = await session.get_one(AppraisalRow, row.appraisal_id)
    query = select(AppraisalRow).where(AppraisalRow.engagement_id == row.id).order_by(AppraisalRow.id.desc()).limit(1)
    newest = (await session.scalars(query)).one()
    first = await session.get_one(Document, signed.document_id)
    last = await session.get_one(Document, newest.document_id)
    return Chain(signed, _rights(first), newest, _rights(last))


def _rights(document: Document) -> RightsClaims:
    """The rights that the document of a report or of a revaluation states, as all of them do."""
    rights = read(document.body["credentialSubject"]).rights
    assert rights is not None
    return rights


async def _compute(act: Act, row: Engagement, chain: Chain, made: Revaluation) -> None:
    """Fill in what came of it; a computation that the rules refuse is told with every fault, and is not lost."""
    today = day_in_china(act.at)
    if row.status != EngagementState.ISSUED or row.use_until is None or row.use_until < today:
        text = Text("报告已不在使用期内。", "The report is no longer in force.")
        made.outcome, made.faults = "refused", [_fault(FieldError("", text, MARK))]
        return
    rights = await rights_state(act.session, row.asset_id, act.at)
    try:
        policy = rule_set(today, today)
        basis = await _quality(act.session, row, chain.newest)
        study = msgspec.convert(chain.signed.body["inputs"], Study)
        known = await _known(act.session, row, chain, rights, act.at)
        study, changes = inputs.updated(study, known, policy.body.market)
        body = _body(row, study, basis, policy, act.at)
    except DomainError as problem:
        made.outcome, made.faults = "refused", [_fault(each) for each in problem.errors] or [_refusal(problem)]
        return
    before = inputs.substance(chain.newest.body, chain.newest_rights)
    after = inputs.substance(body, rights_claims(rights))
    if before != after:
        made.outcome, made.changes = "revalued", [*inputs.other_differences(before, after), *changes]
        made.appraisal_id = await _issue(act, row, chain, made, body, rights_claims(rights))


def _body(row: Engagement, study: Study, basis: QualityBasis, policy: AppraisalRules, at: datetime) -> dict[str, Any]:
    assert row.use_until is not None
    today = day_in_china(at)
    return plain(computed(row.asset_id, study, basis, base_date=today, use_until=row.use_until, policy=policy))


async def _quality(session: AsyncSession, row: Engagement, newest: AppraisalRow) -> QualityBasis:
    """The firm's or the provider's scorecard of the newest revision; one that is not scored yet changes nothing."""
    revision = await assets.latest_revision(session, row.asset_id)
    card = await quality.latest_scorecard(session, revision.id, of=row.firm) if revision is not None else None
    if card is None:
        return msgspec.convert(newest.body["quality"], QualityBasis)
    return await quality_basis(session, row.asset_id, card.id)


async def _known(
    session: AsyncSession, row: Engagement, chain: Chain, rights: RightsState, at: datetime
) -> inputs.DayFacts:
    """The facts of the day; trades of the firm's or its valuers' own are no evidence."""
    team = await engagements.team(session, row)
    drafted = (await session.get_one(EngagementDraft, row.draft_id)).created_at
    ours = sorted({row.firm}.union(*(person.interests for _, person in team)))
    query = (
        select(ComparableRow)
        .where(
            ComparableRow.kind == "realised",
            # What the register held when the draft was computed, the valuers have chosen from themselves.
            ComparableRow.created_at > drafted,
            ComparableRow.dated <= day_in_china(at),
            ~ComparableRow.parties.overlap(ours),
        )
        .order_by(ComparableRow.id.desc())
        .limit(inputs.COMPARABLES_MAX * 10)
    )
    market = chain.signed.body["inputs"].get("market")
    if market is not None:
        query = query.where(ComparableRow.mode == market["mode"], ComparableRow.field == market["field"])
    rows = (await session.scalars(query)).all() if market is not None else []
    cases = {each.id: case for each in rows if (case := _case(each)) is not None}
    had = chain.signed_rights.certificate is not None
    return inputs.DayFacts(day_in_china(at), rights.certificate, had, rights.remaining_years, cases)


def _case(row: ComparableRow) -> Comparable | None:
    """A trade as a comparable; one whose measures are not all known cannot be taken without a valuer's judgement."""
    if row.right is None or row.scale is None or row.remaining_years is None or row.quality is None:
        return None
    one = Parameter("1", row.reference, row.id, "low")
    return Comparable(
        kind="realised",
        dated=row.dated,
        price=parameter(row, row.price),
        currency=row.currency,
        tax_basis="pre-tax" if row.tax_basis == "pre-tax" else "post-tax",
        right=row.right,
        mode=row.mode,
        field=row.field,
        region=row.region,
        scale=parameter(row, row.scale),
        remaining_years=parameter(row, row.remaining_years),
        quality=parameter(row, row.quality),
        price_index=one,
        supply_demand=one,
        other=one,
    )


def _fault(error: FieldError) -> dict[str, Any]:
    told = {"zh": error.detail.zh, "en": error.detail.en}
    return {"pointer": error.pointer, "detail": told, "rule": error.rule}


def _refusal(problem: DomainError) -> dict[str, Any]:
    told = {"zh": problem.detail.of("zh", **problem.facts), "en": problem.detail.of("en", **problem.facts)}
    return {"pointer": "", "detail": told, "rule": problem.rule}


async def _claims(
    session: AsyncSession,
    row: Engagement,
    chain: Chain,
    made: Revaluation,
    body: dict[str, Any],
    rights: RightsClaims,
) -> AppraisalClaims:
    """What the document of an automatic appraisal says: the value, the causes, the changes, the appraisal before it."""
    asset = await assets.asset(session, row.asset_id)
    return AppraisalClaims(
        asset=asset.id,
        asset_name=asset.name,
        revision=body["quality"]["revision"],
        content_sha256=body["quality"]["content_sha256"],
        provider=row.provider,
        provider_name=(await session.get_one(Party, row.provider)).name,
        valuer=row.firm,
        valuer_name=(await session.get_one(Party, row.firm)).name,
        standing="automatic",
        standing_text=STANDINGS["automatic"],
        appraisal=body,
        rights=rights,
        revaluation=RevaluationClaims(
            id=made.id,
            report=row.number,
            previous=chain.newest.id,
            previous_value=msgspec.convert(chain.newest.body["value"], MoneyView),
            causes=msgspec.convert(made.causes, tuple[CauseClaims, ...]),
            changes=msgspec.convert(made.changes, tuple[ChangeClaims, ...]),
        ),
    )


async def _issue(
    act: Act, row: Engagement, chain: Chain, made: Revaluation, body: dict[str, Any], rights: RightsClaims
) -> str:
    """Issue the new appraisal as what it is, with its causes, its changes and the appraisal before it."""
    assert row.use_until is not None
    claims = await _claims(act.session, row, chain, made, body, rights)
    appraisal = await issue_appraisal(
        act.by(SYSTEM), claims, engagements.sides(row), row.use_until, engagement_id=row.id, client=row.client
    )
    return appraisal.id
