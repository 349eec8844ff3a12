"""What a run reads of the register: the newest appraisal and scorecard of each asset, and what it is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.documents.models import Document
from kernel.text import Text
from rights.assets.models import AssetRevision
from rights.title.models import AssetLineage
from valuation.appraisal.engine import expression
from valuation.appraisal.engine.inputs import QualityBasis
from valuation.appraisal.models import AppraisalRow
from valuation.portfolio.engine.inputs import AssetLine
from valuation.portfolio.engine.overlap import LineageTooLarge
from valuation.portfolio.engine.work import LINE_RULE, Fault
from valuation.portfolio.policy import PortfolioPolicy
from valuation.portfolio.schemas import PortfolioAsset, ValuePortfolio
from valuation.quality.models import Scorecard

_PLACES = Decimal("1e-12")
Links = dict[str, dict[str, str]]
"""The upstream assets of each asset with their shares."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """An asset's line, or why there is none."""

    number: int
    asset: PortfolioAsset
    appraisal_id: str | None
    line: bytes
    faults: tuple[Fault, ...]


async def lines(
    session: AsyncSession, valuer: str, asked: ValuePortfolio, chunk: Sequence[PortfolioAsset], first: int
) -> list[Gathered]:
    """The input lines of some assets, numbered from `first`."""
    names = [asset.asset_id for asset in chunk]
    appraisals, cards = await _appraisals(session, valuer, names), await _scorecards(session, valuer, names)
    links = await upstream(session, asked, names)
    found = []
    for number, asset in enumerate(chunk, first):
        row, basis = appraisals.get(asset.asset_id), cards.get(asset.asset_id)
        faults = tuple(_faults(asset, number - 1, row is not None, basis is not None, links))
        line = b""
        if row is not None and basis is not None and not faults:
            raw = msgspec.Raw(msgspec.json.encode(row.body["inputs"]))
            shares = links.get(asset.asset_id, {})
            stated = AssetLine(asset=asset.asset_id, quality=basis, inputs=raw, group=asset.group, upstream=shares)
            line = msgspec.json.encode(stated)
        found.append(Gathered(number, asset, row.id if row is not None else None, line, faults))
    return found


def _faults(asset: PortfolioAsset, index: int, appraised: bool, scored: bool, links: Links) -> list[Fault]:
    place, faults = f"/assets/{index}", []
    if not appraised:
        text = Text("没有本机构对该资产的估值。", "Your firm has no appraisal of this asset.")
        faults.append(Fault(f"{place}/asset_id", text, LINE_RULE))
    elif not scored:
        text = Text("该资产的最新版本尚无质量评分卡。", "The asset's newest revision has no scorecard.")
        faults.append(Fault(f"{place}/asset_id", text, LINE_RULE))
    for parent in sorted(set(asset.upstream) - set(links.get(asset.asset_id, {}))):
        text = Text("来源关系中没有该上游资产。", "The lineage does not name this upstream asset.")
        faults.append(Fault(f"{place}/upstream/{parent}", text, "LT-PTF-02"))
    return faults


async def _appraisals(session: AsyncSession, valuer: str, names: Sequence[str]) -> dict[str, AppraisalRow]:
    query = (
        select(AppraisalRow)
        .where(AppraisalRow.asset_id.in_(names), AppraisalRow.valuer == valuer)
        .ext(distinct_on(AppraisalRow.asset_id))
        .order_by(AppraisalRow.asset_id, AppraisalRow.id.desc())
    )
    return {row.asset_id: row for row in await session.scalars(query)}


async def _scorecards(session: AsyncSession, valuer: str, names: Sequence[str]) -> dict[str, QualityBasis]:
    """The scorecard of each asset's newest revision: the valuer's newest, else the provider's, never a stranger's."""
    newest = (
        select(AssetRevision.id)
        .where(AssetRevision.asset_id.in_(names))
        .ext(distinct_on(AssetRevision.asset_id))
        .order_by(AssetRevision.asset_id, AssetRevision.number.desc())
    )
    query = (
        select(Scorecard, Document.sha256)
        .join(Document, Document.id == Scorecard.document_id)
        .where(Scorecard.revision_id.in_(newest), Scorecard.scored_by.in_((valuer, Scorecard.provider)))
        .ext(distinct_on(Scorecard.revision_id))
        .order_by(Scorecard.revision_id, (Scorecard.scored_by == valuer).desc(), Scorecard.id.desc())
    )
    return {
        card.asset_id: QualityBasis(card.id, sha256, card.body["score"], card.revision_id, card.content_sha256)
        for card, sha256 in await session.execute(query)
    }


async def upstream(session: AsyncSession, asked: ValuePortfolio, names: Sequence[str]) -> Links:
    """What assets are made from, with the stated shares or an equal part of the share of all."""
    query = select(AssetLineage.child_id, AssetLineage.parent_id).where(AssetLineage.child_id.in_(names)).distinct()
    parents: dict[str, list[str]] = {}
    for child, parent in await session.execute(query):
        parents.setdefault(child, []).append(parent)
    stated = {asset.asset_id: asset.upstream for asset in asked.assets if asset.upstream}
    whole = Decimal(asked.upstream_share.value)
    return {child: _shares(sorted(of), stated.get(child, {}), whole) for child, of in parents.items()}


def _shares(parents: Sequence[str], stated: Mapping[str, str], whole: Decimal) -> dict[str, str]:
    if stated:
        return {parent: stated.get(parent, "0") for parent in parents}
    with expression.context():
        each = (whole / len(parents)).quantize(_PLACES, ROUND_FLOOR)
    return dict.fromkeys(parents, expression.text(each))


async def ancestry(
    session: AsyncSession, asked: ValuePortfolio, links: Links, body: PortfolioPolicy
) -> list[tuple[str, str, str]]:
    """The links of every asset that the portfolio's assets are made from, as far up as they go."""
    known = set(links)
    found: list[tuple[str, str, str]] = []
    edge = {parent for parents in links.values() for parent in parents} - known
    for _ in range(body.depth_max):
        if not edge:
            return found
        above = await upstream(session, asked, sorted(edge))
        found += [(child, parent, share) for child, shares in above.items() for parent, share in shares.items()]
        known |= edge
        edge = {parent for shares in above.values() for parent in shares} - known
    raise LineageTooLarge(asset=min(edge), sources=body.sources_max, depth=body.depth_max)


def stored_fault(fault: Fault) -> dict[str, Any]:
    """A fault as it is stored."""
    plain: dict[str, Any] = msgspec.to_builtins(fault)
    return plain
