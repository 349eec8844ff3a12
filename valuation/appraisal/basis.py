"""What every appraisal rests on: an independent valuer, the rule set of its base date, its scorecard; and its row."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.crypto import canonical
from kernel.db import one
from kernel.documents.models import Document
from kernel.errors import FieldError
from kernel.money import Money, MoneyView
from kernel.rules.policy import PolicyMissing
from kernel.text import Text
from rights.assets import queries as assets
from rights.assets.models import Asset
from valuation.appraisal import study as engine
from valuation.appraisal.approaches import cost
from valuation.appraisal.engine.inputs import CostInputs, QualityBasis, Study
from valuation.appraisal.engine.limits import APPROACH_RULE
from valuation.appraisal.engine.result import Appraisal
from valuation.appraisal.errors import BaseDateOutside, InputsFaulty, RuleSetNotInForce, ScorecardMismatch
from valuation.appraisal.models import AppraisalRow
from valuation.appraisal.policy import AppraisalRules, policies
from valuation.appraisal.schemas import AppraiseAsset
from valuation.quality import queries as quality

STANDINGS = {
    "study": Text(
        "自行测算：一名评估人员的计算结果，未经第二名评估人员、内部审核和签名，不是评估报告。",
        "A study: computed by one valuer, without a second valuer, review or signatures; it is no appraisal report.",
    ),
    "issued": Text(
        "评估报告：由两名评估人员签名，经内部审核后出具。",
        "An appraisal report: signed by two valuers after internal review.",
    ),
    "automatic": Text(
        "自动重估：评估依据变化后由系统重新计算，提请评估人员关注，未经签名，不替代原报告。",
        "Revalued automatically after an input changed, for the valuers' attention; unsigned, it replaces no report.",
    ),
}
"""What an appraisal is, in words that every document and page of it carries."""


IndependenceCheck = Callable[[AsyncSession, str, Asset, datetime], Awaitable[None]]
"""Raises IndependenceImpaired when a firm has a tie to an asset, to its provider or to whoever holds rights in it."""

_CHECKS: Final[list[IndependenceCheck]] = []


def independence_check(check: IndependenceCheck) -> IndependenceCheck:
    """Register the check, which knows of engagements and dealings; raises ValueError when there is another."""
    if _CHECKS not in ([], [check]):
        raise ValueError("independence is checked already")
    _CHECKS[:] = [check]
    return check


async def require_independent(session: AsyncSession, firm: str, asset: Asset, at: datetime) -> None:
    """Ask the check of engagements; raises IndependenceImpaired, and LookupError while nobody checks."""
    if not _CHECKS:
        raise LookupError("nobody checks the independence of valuers")
    await _CHECKS[0](session, firm, asset, at)


def rule_set(base_date: date, today: date) -> AppraisalRules:
    """The rule set of the base date, which lies between a year ago and today."""
    earliest = today - timedelta(days=365)
    if not earliest <= base_date <= today:
        raise BaseDateOutside(base_date=base_date, earliest=earliest, today=today)
    try:
        return policies().at(base_date)
    except PolicyMissing as problem:
        raise RuleSetNotInForce(base_date=base_date) from problem


async def quality_basis(session: AsyncSession, asset_id: str, scorecard_id: str) -> QualityBasis:
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


def computed(
    asset_id: str,
    inputs: CostInputs | None,
    study: Study | None,
    basis: QualityBasis,
    *,
    base_date: date,
    use_until: date,
    policy: AppraisalRules,
) -> Appraisal:
    """By the study, or by the cost approach alone; faults point into what was sent."""
    if inputs is not None and study is None:
        return cost.appraise(asset_id, inputs, basis, base_date=base_date, use_until=use_until, policy=policy)
    if study is None or inputs is not None:
        text = Text("inputs 与 study 须且只须给出一项。", "Give exactly one of inputs and study.")
        raise InputsFaulty(errors=[FieldError("/study", text, APPROACH_RULE)], count=1)
    try:
        return engine.appraise(asset_id, study, basis, base_date=base_date, use_until=use_until, policy=policy)
    except InputsFaulty as faulty:
        sent = [replace(each, pointer=each.pointer.replace("/inputs", "/study", 1)) for each in faulty.errors]
        raise InputsFaulty(errors=sent, count=len(sent)) from faulty


class _Head(msgspec.Struct, frozen=True):
    """What the row repeats of the body."""

    asset: str
    approach: str
    quality: QualityBasis
    base_date: date
    use_until: date
    value: MoneyView
    low: MoneyView
    high: MoneyView


def plain(result: Appraisal) -> dict[str, Any]:
    """The appraisal as plain JSON values, by the canonical form that its digest is of."""
    body: dict[str, Any] = msgspec.json.decode(canonical.dumps(result))
    return body


def computed_plain(
    asset_id: str, data: AppraiseAsset, basis: QualityBasis, use_until: date, policy: AppraisalRules
) -> dict[str, Any]:
    """What is asked for, computed, as plain values; it is called at the desk."""
    result = computed(
        asset_id, data.inputs, data.study, basis, base_date=data.base_date, use_until=use_until, policy=policy
    )
    return plain(result)


def appraisal_row(
    appraisal_id: str,
    body: dict[str, Any],
    document: Document,
    *,
    standing: str,
    provider: str,
    valuer: str,
    at: datetime,
    engagement_id: str | None = None,
    client: str | None = None,
) -> AppraisalRow:
    """The row of an issued document whose claims hold the appraisal."""
    result = msgspec.convert(body, _Head)
    value, low, high = (Money.of(view) for view in (result.value, result.low, result.high))
    return AppraisalRow(
        id=appraisal_id,
        asset_id=result.asset,
        revision_id=result.quality.revision,
        scorecard_id=result.quality.scorecard,
        provider=provider,
        valuer=valuer,
        approach=result.approach,
        standing=standing,
        engagement_id=engagement_id,
        client=client,
        base_date=result.base_date,
        use_until=result.use_until,
        currency=value.currency,
        value_minor=value.minor,
        low_minor=low.minor,
        high_minor=high.minor,
        body=body,
        document_id=document.id,
        created_at=at,
    )
