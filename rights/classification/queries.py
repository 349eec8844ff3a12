"""Reading classifications."""

from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.rules.policy import PolicyRef
from rights.assets.models import Asset
from rights.assets.queries import asset
from rights.classification import rules
from rights.classification.models import Classification
from rights.classification.policy import POLICY
from rights.classification.rules import Declared
from rights.classification.schemas import ClassificationEvidenceView, ClassificationView, DataItem


async def latest(session: AsyncSession, asset_id: str) -> Classification | None:
    """The declaration of an asset that counts, if there is one."""
    query = select(Classification).where(Classification.asset_id == asset_id).order_by(Classification.id.desc())
    return (await session.scalars(query.limit(1))).first()


async def declared(session: AsyncSession, asset_id: str) -> Declared | None:
    """What is declared of an asset, in the words of the gates."""
    row = await latest(session, asset_id)
    return None if row is None else msgspec.convert(row.declared, Declared)


async def classification(act: Act, asset_id: str) -> ClassificationView:
    """The newest declaration of an asset, for its provider, the registrar and the reviewer; raises NotFound."""
    owner = await asset(act.session, asset_id)
    row = await latest(act.session, asset_id)
    holder_or_office(owner, act.actor, "classification")
    if row is None:
        raise NotFound(kind="classification", id=asset_id)
    return classification_view(row)


_OFFICE: Final = frozenset({"rights:registration:decide", "market:listing:review"})


def holder_or_office(of: Asset, actor: Actor, kind: str) -> None:
    """Raise NotFound for anybody but the asset's holder, the registrar and the reviewer."""
    if of.party_id != actor.party and not actor.permissions & _OFFICE:
        raise NotFound(kind=kind, id=of.id)


def classification_view(row: Classification) -> ClassificationView:
    """A declaration for the wire."""
    known = msgspec.convert(row.declared, Declared)
    ref = msgspec.convert(row.policy, PolicyRef)
    terms = POLICY.version(ref.version).body
    path = rules.export_path(known, terms.export)
    return ClassificationView(
        id=row.id,
        asset_id=row.asset_id,
        level=row.level,
        important=known.important,
        personal=str(known.personal),
        sensitive=known.sensitive,
        minors=known.minors,
        people=known.people,
        sensitive_people=known.sensitive_people,
        categories=list(known.categories),
        public_open=known.public_open,
        price_cap=known.price_cap,
        after=row.after,
        export_path=str(path),
        export_evidence_missing=rules.missing(terms.export.evidence.get(path, []), known),
        items=[msgspec.convert(item, DataItem) for item in row.items],
        evidence=[msgspec.convert(piece, ClassificationEvidenceView) for piece in row.evidence],
        policy=ref,
        created_at=row.created_at,
    )
