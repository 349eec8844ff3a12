"""What every appraisal rests on: an independent valuer, the rule set of its base date, its scorecard."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.documents.models import Document
from kernel.rules.policy import PolicyMissing
from rights.assets import queries as assets
from rights.assets.models import Asset
from valuation.appraisal.engine.inputs import QualityBasis
from valuation.appraisal.errors import BaseDateOutside, RuleSetNotInForce, ScorecardMismatch
from valuation.appraisal.policy import AppraisalRules, policies
from valuation.quality import queries as quality

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


async def quality_basis_seen(act: Act, asset_id: str, scorecard_id: str) -> QualityBasis:
    """The same, of a scorecard that the actor may read; raises NotFound."""
    await quality.require_scorecard(act, await quality.scorecard(act.session, scorecard_id))
    return await quality_basis(act.session, asset_id, scorecard_id)


async def quality_basis(session: AsyncSession, asset_id: str, scorecard_id: str) -> QualityBasis:
    """The scorecard of the asset's newest revision, with the digest of its issued document."""
    card = await quality.scorecard(session, scorecard_id)
    current = await assets.latest_revision(session, asset_id)
    if current is None or card.revision_id != current.id:
        revision = current.id if current else "—"
        raise ScorecardMismatch(scorecard=card.id, scored=card.revision_id, current=revision)
    document = await one(session, Document, card.document_id)
    return QualityBasis(
        scorecard=card.id,
        document_sha256=document.sha256,
        score=card.body["score"],
        revision=card.revision_id,
        content_sha256=card.content_sha256,
    )
