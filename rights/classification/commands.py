"""Declaring a classification: graded, checked, kept for good; state secrets and core data are refused outright."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import locked
from kernel.errors import NotFound
from kernel.log.record import record
from kernel.time.clock import day_in_china
from kernel.views.projection import shown
from rights.assets.models import Asset, AssetRevision
from rights.changes import announce
from rights.classification import rules
from rights.classification.errors import CoreDataRefused, DeclarationFaulty, OfficerNotIndependent, StateSecretRefused
from rights.classification.models import Classification, ClassificationOverride
from rights.classification.policy import POLICY, Level, Terms
from rights.classification.queries import AUDIENCE, classification_view, latest
from rights.classification.rules import Declared
from rights.classification.schemas import ClassificationView, DeclareClassification, OverrideScan, OverrideView
from rights.registrations import deadlines, evidence, policy
from rights.terms import Regime


async def declare(act: Act, asset_id: str, data: DeclareClassification) -> ClassificationView:
    """Declare what an asset of one's own holds; every fault is told at once, and nothing grave is ever stored."""
    asset = await locked(act.session, Asset, ids.require("ast", asset_id))
    AUDIENCE.require_party(act.actor, asset_id, asset.party_id)
    terms = POLICY.at(act.today)
    level = rules.level_of([item.impacts for item in data.items], terms.body.impact)
    if data.state_secret:
        raise StateSecretRefused
    if level is Level.CORE:
        raise CoreDataRefused
    files = await evidence.own_files(act, [piece.file_id for piece in data.evidence])
    declaration = _declared(data, level, terms.body)
    before = await latest(act.session, asset_id)
    faults = [
        *rules.declaration_faults(declaration, evidence.pieces_of(data.evidence, files), terms.body),
        *rules.cap_faults(declaration, asset.public_data),
        *rules.regrading_faults(
            level,
            Level(before.level) if before is not None else None,
            data.after,
            declaration.evidence,
            await _levels(act.session, data.sources),
            terms.body,
        ),
    ]
    if faults:
        raise DeclarationFaulty(errors=faults, count=len(faults))
    row = Classification(
        id=ids.new("cls"),
        asset_id=asset.id,
        level=str(level),
        after=data.after,
        declared=msgspec.to_builtins(declaration),
        items=msgspec.to_builtins(data.items),
        evidence=_kept(data, files, act.at),
        policy=msgspec.to_builtins(terms.ref),
        created_at=act.at,
    )
    act.session.add(row)
    facts = {"asset": asset.id, "level": str(level), "personal": str(data.personal), "important": declaration.important}
    record(act, "rights.classification.declared", row.id, facts=facts)
    await announce(act.session, asset.id)
    await act.session.flush()
    return classification_view(row)


async def override(act: Act, asset_id: str, data: OverrideScan) -> OverrideView:
    """Let findings of the scan stand, by name and with the reason; raises NotFound and OfficerNotIndependent."""
    asset = await locked(act.session, Asset, ids.require("ast", asset_id))
    if asset.party_id == act.actor.party:
        raise OfficerNotIndependent
    revision = await act.session.get(AssetRevision, ids.require("rev", data.revision_id))
    if revision is None or revision.asset_id != asset.id:
        raise NotFound(kind="asset_revision", id=data.revision_id)
    row = ClassificationOverride(
        id=ids.new("cov"),
        asset_id=asset.id,
        revision_id=revision.id,
        findings=list(dict.fromkeys(data.findings)),
        officer=data.officer,
        officer_key=act.actor.name,
        reason=data.reason,
        created_at=act.at,
    )
    act.session.add(row)
    facts = {
        "asset": asset.id,
        "revision": revision.id,
        "findings": row.findings,
        "officer": row.officer,
        "reason": row.reason,
    }
    record(act, "rights.classification.overridden", row.id, parties=[asset.party_id], facts=facts)
    await announce(act.session, asset.id)
    await act.session.flush()
    return shown(row, OverrideView)


def _declared(data: DeclareClassification, level: Level, terms: Terms) -> Declared:
    people = data.people + data.sensitive_people
    return Declared(
        level=level,
        important=rules.is_important(level, data.identified_important, people, terms),
        personal=data.personal,
        sensitive=data.sensitive,
        minors=data.minors,
        people=data.people,
        sensitive_people=data.sensitive_people,
        critical_infrastructure=data.critical_infrastructure,
        export_exempt=data.export_exempt,
        categories=tuple(dict.fromkeys(data.categories)),
        public_open=data.public_open,
        price_cap=data.price_cap,
        evidence=tuple(dict.fromkeys(piece.kind for piece in data.evidence)),
    )


async def _levels(session: AsyncSession, sources: list[str]) -> list[Level]:
    """The levels of the data that an aggregate was made of; what was never graded is nobody's to aggregate."""
    levels = []
    for source in dict.fromkeys(sources):
        row = await latest(session, ids.require("ast", source))
        if row is None:
            raise NotFound(kind="classification", id=source)
        levels.append(Level(row.level))
    return levels


def _kept(data: DeclareClassification, files: evidence.Files, at: datetime) -> list[dict[str, Any]]:
    clocks = policy.CLOCKS.at(day_in_china(at)).body.of(Regime.PROPERTY)
    until = deadlines.kept_until(at, clocks).isoformat()
    return [
        {
            "kind": piece.kind,
            "file_id": piece.file_id,
            "sha256": files[piece.file_id].sha256,
            "retention_until": until,
        }
        for piece in data.evidence
    ]
