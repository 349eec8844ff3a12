"""Reading classifications."""

from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import NotFound
from kernel.rules.policy import PolicyRef
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.projection import shown
from rights.assets.queries import asset
from rights.classification import rules
from rights.classification.models import Classification, ClassificationOverride
from rights.classification.policy import POLICY
from rights.classification.rules import Declared
from rights.classification.scan import Overridden
from rights.classification.schemas import ClassificationEvidenceView, ClassificationView, DataItem


async def latest(session: AsyncSession, asset_id: str) -> Classification | None:
    """The declaration of an asset that counts, if there is one."""
    query = select(Classification).where(Classification.asset_id == asset_id).order_by(Classification.id.desc())
    return (await session.scalars(query.limit(1))).first()


async def declared(session: AsyncSession, asset_id: str) -> Declared | None:
    """What is declared of an asset, in the words of the gates."""
    row = await latest(session, asset_id)
    return None if row is None else msgspec.convert(row.declared, Declared)


async def overridden(session: AsyncSession, revision_id: str) -> tuple[Overridden, ...]:
    """What officers have let stand of the scan of a revision, in the order in which they did."""
    query = select(ClassificationOverride).where(ClassificationOverride.revision_id == revision_id)
    rows = await session.scalars(query.order_by(ClassificationOverride.id))
    return tuple(Overridden(row.id, tuple(row.findings), row.officer, row.reason) for row in rows)


async def classification(act: Act, asset_id: str) -> ClassificationView:
    """The newest declaration of an asset, for its provider, the registrar and the reviewer; raises NotFound."""
    owner = await asset(act.session, asset_id)
    row = await latest(act.session, asset_id)
    AUDIENCE.require(act.actor, asset_id, owner.party_id)
    if row is None:
        raise NotFound(kind="classification", id=asset_id)
    return classification_view(row)


AUDIENCE: Final = Audience("asset", (Role.REGISTRAR, Role.REVIEWER, Role.REGULATOR, Role.AUDITOR))
"""Who may see what is declared of an asset, and the gates' answers, besides its holder."""


def classification_view(row: Classification) -> ClassificationView:
    """A declaration for the wire."""
    declaration = msgspec.convert(row.declared, Declared)
    ref = msgspec.convert(row.policy, PolicyRef)
    export = POLICY.version(ref.version).body.export
    path = rules.export_path(declaration, export)
    return shown(
        declaration,
        ClassificationView,
        id=row.id,
        asset_id=row.asset_id,
        level=row.level,
        after=row.after,
        categories=list(declaration.categories),
        export_path=str(path),
        export_evidence_missing=rules.missing(export.evidence.get(path, []), declaration),
        items=msgspec.convert(row.items, list[DataItem]),
        evidence=msgspec.convert(row.evidence, list[ClassificationEvidenceView]),
        policy=ref,
        created_at=row.created_at,
    )
