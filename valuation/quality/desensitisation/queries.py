"""Reading desensitisations."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import one
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from rights.assets import queries as assets
from rights.classification import queries as classifications
from valuation.quality.desensitisation.models import Desensitisation
from valuation.quality.desensitisation.schemas import ClassificationHint, DesensitisationView, EvidenceHint
from valuation.quality.schemas import RunProblem

AUDIENCE = Audience("desensitisation")
"""Nobody sees what becomes of data but its provider."""


async def desensitisation(act: Act, treatment_id: str) -> DesensitisationView:
    """One desensitisation of the actor's data; raises NotFound."""
    row = await one(act.session, Desensitisation, ids.require("dsn", treatment_id))
    AUDIENCE.require(act.actor, treatment_id, row.provider)
    return await view(act.session, row)


async def of_asset(act: Act, asset_id: str, limit: int, cursor: str | None) -> Page[DesensitisationView]:
    """The desensitisations of an asset of the actor's, newest first."""
    asset = await assets.own_asset(act, asset_id)
    query = select(Desensitisation).where(Desensitisation.asset_id == asset.id)
    rows = await fetch(act.session, query, Desensitisation.id, limit=limit, cursor=cursor, newest_first=True)
    return await rows.awaiting(lambda row: view(act.session, row))


async def view(session: AsyncSession, row: Desensitisation) -> DesensitisationView:
    """A desensitisation for the wire."""
    return shown(
        row,
        DesensitisationView,
        plan_sha256=canonical.digest(row.plan),
        status=str(row.status),
        classification=await _hint(session, row),
        problem=msgspec.convert(row.problem, RunProblem) if row.problem else None,
    )


async def _hint(session: AsyncSession, row: Desensitisation) -> ClassificationHint | None:
    """What rights.classification asks for when a level falls after desensitisation (LT-CLS-17)."""
    if row.report is None or row.evidence_file_id is None:
        return None
    before = await classifications.latest(session, row.asset_id)
    # What was proposed before there was a report of its own on anonymisation is proposed no more.
    proof = row.anonymisation_file_id
    evidence = [EvidenceHint("regrading-report", row.evidence_file_id)]
    return ClassificationHint(
        after="desensitisation",
        personal="identified" if proof is None else "anonymised",
        level_before=None if before is None else before.level,
        evidence=evidence if proof is None else [*evidence, EvidenceHint("anonymisation-report", proof)],
    )
