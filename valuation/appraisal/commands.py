"""Valuing an asset: independence and inputs are checked, the pure engine computes, the result is issued."""

from dataclasses import replace
from datetime import date, timedelta

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import canonical, ids
from kernel.clock import Clock, day_in_china, end_of_day_in_china
from kernel.db import one
from kernel.documents.commands import Issuer, issue
from kernel.documents.models import Document
from kernel.errors import FieldError
from kernel.identity.actor import Actor
from kernel.money import Money
from kernel.policy import PolicyMissing
from kernel.text import Text
from rights.assets import queries as assets
from valuation.appraisal.approaches import cost
from valuation.appraisal.approaches import cost_limits as rules
from valuation.appraisal.engine import study as engine
from valuation.appraisal.engine.limits import APPROACH_RULE
from valuation.appraisal.errors import (
    BaseDateOutside,
    ConflictOfInterest,
    InputsFaulty,
    RuleSetNotInForce,
    ScorecardMismatch,
)
from valuation.appraisal.models import AppraisalRow
from valuation.appraisal.policy import AppraisalRules, policies
from valuation.appraisal.queries import appraisal_view
from valuation.appraisal.requests import AppraiseAsset
from valuation.appraisal.schemas import Appraisal, AppraisalView, QualityBasis
from valuation.quality import queries as quality


async def appraise(
    session: AsyncSession, actor: Actor, asset_id: str, data: AppraiseAsset, *, clock: Clock, issuer: Issuer
) -> AppraisalView:
    """Value the asset's newest revision; raises every faulty parameter at once."""
    assert actor.party is not None
    asset = await assets.asset(session, asset_id)
    if asset.party_id == actor.party:
        raise ConflictOfInterest
    now = clock.now()
    policy = _rule_set(data.base_date, day_in_china(now))
    basis = await _quality(session, asset_id, data.scorecard_id)
    use_until = data.use_until or rules.last_use(data.base_date, policy.body.use.months_max)
    result = _computed(asset_id, data, basis, use_until, policy)
    body = msgspec.json.decode(canonical.dumps(result))
    appraisal_id = ids.new("apr")
    claims = {
        "asset": asset_id,
        "asset_name": asset.name,
        "revision": basis.revision,
        "content_sha256": basis.content_sha256,
        "provider": asset.party_id,
        "valuer": actor.party,
        "appraisal": body,
    }
    document = await issue(
        session,
        actor,
        "appraisal-report",
        appraisal_id,
        claims,
        issuer=issuer,
        at=now,
        parties=[asset.party_id],
        valid_until=end_of_day_in_china(use_until),
    )
    row = _row(appraisal_id, result, body, document)
    row.provider, row.valuer, row.created_at = asset.party_id, actor.party, now
    session.add(row)
    await session.flush()  # The view shows what is stored.
    return appraisal_view(row)


def _computed(
    asset_id: str, data: AppraiseAsset, basis: QualityBasis, use_until: date, policy: AppraisalRules
) -> Appraisal:
    """By the study, or by the cost approach alone; faults point into what was sent."""
    if data.inputs is not None and data.study is None:
        return cost.appraise(asset_id, data.inputs, basis, base_date=data.base_date, use_until=use_until, policy=policy)
    if data.study is None or data.inputs is not None:
        text = Text("inputs 与 study 须且只须给出一项。", "Give exactly one of inputs and study.")
        raise InputsFaulty(errors=[FieldError("/study", text, APPROACH_RULE)], count=1)
    try:
        return engine.appraise(
            asset_id, data.study, basis, base_date=data.base_date, use_until=use_until, policy=policy
        )
    except InputsFaulty as faulty:
        sent = [replace(each, pointer=each.pointer.replace("/inputs", "/study", 1)) for each in faulty.errors]
        raise InputsFaulty(errors=sent, count=len(sent)) from faulty


def _rule_set(base_date: date, today: date) -> AppraisalRules:
    """The rule set of the base date, which lies between a year ago and today."""
    earliest = today - timedelta(days=365)
    if not earliest <= base_date <= today:
        raise BaseDateOutside(base_date=base_date, earliest=earliest, today=today)
    try:
        return policies().at(base_date)
    except PolicyMissing as problem:
        raise RuleSetNotInForce(base_date=base_date) from problem


async def _quality(session: AsyncSession, asset_id: str, scorecard_id: str) -> QualityBasis:
    """The scorecard of the asset's newest revision, with the digest of its issued document."""
    card = await quality.scorecard(session, scorecard_id)
    current = await assets.latest_revision(session, asset_id)
    if current is None or card.revision_id != current.id:
        found = current.id if current else "—"
        raise ScorecardMismatch(scorecard=card.id, scored=card.revision_id, current=found)
    document = await one(session, Document, card.document_id)
    return QualityBasis(
        scorecard=card.id,
        document_sha256=document.sha256,
        score=card.body["score"],
        revision=card.revision_id,
        content_sha256=card.content_sha256,
    )


def _row(appraisal_id: str, result: Appraisal, body: dict[str, object], document: Document) -> AppraisalRow:
    value, low, high = (Money.of(view) for view in (result.value, result.low, result.high))
    return AppraisalRow(
        id=appraisal_id,
        asset_id=result.asset,
        revision_id=result.quality.revision,
        scorecard_id=result.quality.scorecard,
        approach=result.approach,
        base_date=result.base_date,
        use_until=result.use_until,
        currency=value.currency,
        value_minor=value.minor,
        low_minor=low.minor,
        high_minor=high.minor,
        body=body,
        document_id=document.id,
    )
