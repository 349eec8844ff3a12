"""Reading desensitisations."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import one
from kernel.errors import NotFound
from kernel.views import paging
from kernel.views.paging import CursorOf, Page
from rights.assets import queries as assets
from rights.classification import queries as classifications
from valuation.quality.desensitisation.models import Desensitisation
from valuation.quality.desensitisation.schemas import ClassificationHint, DesensitisationView, EvidenceHint
from valuation.quality.schemas import RunProblem


async def desensitisation(act: Act, treatment_id: str) -> DesensitisationView:
    """One desensitisation of the actor's data; raises NotFound."""
    row = await one(act.session, Desensitisation, ids.require("dsn", treatment_id))
    if act.actor.party is None or row.provider != act.actor.party:
        raise NotFound(kind="desensitisation", id=treatment_id)
    return await view(act.session, row)


async def of_asset(act: Act, asset_id: str, limit: int, cursor: str | None) -> Page[DesensitisationView]:
    """The desensitisations of an asset of the actor's, newest first."""
    asset = await assets.own_asset(act, asset_id)
    query = select(Desensitisation).where(Desensitisation.asset_id == asset.id).order_by(Desensitisation.id.desc())
    if (position := paging.decode(cursor, 1)) is not None:
        query = query.where(Desensitisation.id < position[0])
    rows = await act.session.scalars(query.limit(limit + 1))
    return paging.page([await view(act.session, row) for row in rows], limit, CursorOf[DesensitisationView](("id",)))


async def view(session: AsyncSession, row: Desensitisation) -> DesensitisationView:
    """A desensitisation for the wire."""
    return DesensitisationView(
        id=row.id,
        asset_id=row.asset_id,
        revision_id=row.revision_id,
        into_asset_id=row.into_asset_id,
        plan_sha256=canonical.digest(row.plan),
        status=str(row.status),
        new_revision_id=row.new_revision_id,
        document_id=row.document_id,
        classification=await _hint(session, row),
        report=row.report,
        problem=msgspec.convert(row.problem, RunProblem) if row.problem else None,
        created_at=row.created_at,
        status_changed_at=row.status_changed_at,
    )


async def _hint(session: AsyncSession, row: Desensitisation) -> ClassificationHint | None:
    """What rights.classification asks for when a level falls after desensitisation (LT-CLS-17)."""
    if row.report is None or row.evidence_file_id is None:
        return None
    before = await classifications.latest(session, row.asset_id)
    candidate = row.report["verdict"]["personal"] == "candidate"
    kinds = ["regrading-report", *(["anonymisation-report"] if candidate else [])]
    return ClassificationHint(
        after="desensitisation",
        personal="anonymised" if candidate else "identified",
        level_before=None if before is None else before.level,
        evidence=[EvidenceHint(kind, row.evidence_file_id) for kind in kinds],
    )
