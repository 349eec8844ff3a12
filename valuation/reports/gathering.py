"""Gathering the facts of a stored appraisal: what its document signs, and what stands in other rooms' tables."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.documents.models import Document
from kernel.identity.models import Party
from kernel.text import Text
from kernel.time.clock import day_in_china
from rights.assets.codes import industry_name
from rights.assets.models import Asset, AssetRevision
from rights.certificates import queries as certificates
from rights.grants.vocabulary import region_name
from rights.terms import RIGHT_LABELS, SOURCE_LABELS, Right, SourceKind
from valuation.appraisal.models import AppraisalRow
from valuation.quality.models import Scorecard
from valuation.reports import claims
from valuation.reports.facts import (
    AssetFacts,
    DimensionFacts,
    Finding,
    QualityFacts,
    ReportFacts,
    RightsFacts,
)

_FINDINGS: Final = 20
_CYCLES: Final = {
    "once": Text("一次性", "once"),
    "realtime": Text("实时", "in real time"),
    "hourly": Text("每小时", "hourly"),
    "daily": Text("每日", "daily"),
    "weekly": Text("每周", "weekly"),
    "monthly": Text("每月", "monthly"),
    "quarterly": Text("每季", "quarterly"),
    "yearly": Text("每年", "yearly"),
    "irregular": Text("不定期", "irregularly"),
}
_FORMS: Final = {"resource": Text("数据资源", "data resource"), "product": Text("数据产品", "data product")}
_STRUCTURES: Final = {
    "structured": Text("结构化数据", "structured"),
    "semi-structured": Text("半结构化数据", "semi-structured"),
    "unstructured": Text("非结构化数据", "unstructured"),
}


async def facts(session: AsyncSession, row: AppraisalRow, document: Document) -> ReportFacts:
    """Everything that a report says beside the numbers."""
    signed = claims.of_document(document.body)
    names = {
        each.id: each.name
        for each in await session.scalars(select(Party).where(Party.id.in_((row.provider, row.valuer))))
    }
    card = await session.get_one(Scorecard, row.scorecard_id)
    return msgspec.structs.replace(
        signed,
        provider_name=names.get(row.provider),
        valuer_name=names.get(row.valuer),
        described=await _asset(session, row),
        rights=await _rights(session, row),
        quality=quality(card.body),
    )


async def _asset(session: AsyncSession, row: AppraisalRow) -> AssetFacts:
    asset = await session.get_one(Asset, row.asset_id)
    revision = await session.get_one(AssetRevision, row.revision_id)
    return AssetFacts(
        name=asset.name,
        overview=asset.overview,
        industry=asset.industry,
        theme=asset.theme,
        update_cycle=_CYCLES[asset.update_cycle],
        region=asset.region,
        source_kind=SOURCE_LABELS[SourceKind(asset.source_kind)],
        form=_FORMS[asset.form],
        structure=_STRUCTURES[asset.structure] if asset.structure else None,
        records=asset.records,
        covers_from=asset.covers_from.isoformat() if asset.covers_from else None,
        covers_until=asset.covers_until.isoformat() if asset.covers_until else None,
        public_data=asset.public_data,
        files=len(revision.files),
        size_bytes=sum(int(each["size_bytes"]) for each in revision.files),
        revision_number=revision.number,
        industry_name=industry_name(asset.industry, day_in_china(row.created_at)),
        region_name=region_name(asset.region, day_in_china(row.created_at)),
    )


async def _rights(session: AsyncSession, row: AppraisalRow) -> RightsFacts | None:
    """The certificate in force when the appraisal was made, if there is one."""
    found = await certificates.certificate_in_force(session, row.asset_id, row.created_at)
    if found is None:
        return None
    return RightsFacts(
        number=found.number,
        holder=found.holder_name,
        rights=tuple(RIGHT_LABELS[Right(each)] for each in found.rights),
        valid_from=found.valid_from.isoformat(),
        valid_until=found.valid_until.isoformat(),
        restrictions=found.restrictions,
    )


def quality(card: Mapping[str, Any]) -> QualityFacts:
    """What a report tells of a scorecard: the result by dimension, and the checks that found most."""
    indicators = card["indicators"]
    failing = sorted(
        (each for each in card["checks"] if each["failed"]), key=lambda each: (-each["failed"], each["id"])
    )
    return QualityFacts(
        standard=card["standard"],
        score=card["score"],
        grade=_text(card["grade"]["name"]),
        as_of=f"{card['as_of'][:19]}Z",
        rows=card["rows"],
        contract=f"{card['contract']['id']} {card['contract']['version']}",
        policy=f"{card['policy']['kind']} {card['policy']['version']}",
        dimensions={
            code: DimensionFacts(_text(each["name"]), each["score"], each["weight"], _reason(each))
            for code, each in card["dimensions"].items()
        },
        not_assessed=tuple(_text(each["name"]) for _, each in sorted(indicators.items()) if each["score"] is None),
        checks=len(card["checks"]),
        findings=tuple(
            Finding(each["id"], _text(indicators[each["indicator"]]["name"]), each["failed"], each["evaluated"])
            for each in failing[:_FINDINGS]
        ),
        findings_total=len(failing),
    )


def _text(pair: Mapping[str, str]) -> Text:
    return Text(pair["zh"], pair["en"])


def _reason(dimension: Mapping[str, Any]) -> Text | None:
    return _text(dimension["reason"]) if dimension.get("reason") else None
