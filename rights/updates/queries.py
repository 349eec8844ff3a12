"""Reading what entered the register, and what a certificate declares of its updates."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.errors import NotFound
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from rights.assets.models import Asset
from rights.assets.queries import Revision, revision
from rights.certificates.models import Certificate, CertifiedRevision
from rights.certificates.queries import by_name
from rights.classification.models import Classification
from rights.duplicates.errors import SketchPending
from rights.duplicates.queries import fields
from rights.duplicates.sketching.hashing import SketchKey
from rights.updates import rules
from rights.updates.schemas import EnteredRevisionView


async def entered_revisions(
    session: AsyncSession, certificate: str, limit: int, cursor: str | None
) -> Page[EnteredRevisionView]:
    """The revisions that stand under a certificate, newest first; the register is public. Raises NotFound."""
    row = await by_name(session, certificate)
    if row is None:
        raise NotFound(kind="certificate", id=certificate[:40])
    query = select(CertifiedRevision).where(
        CertifiedRevision.asset_id == row.asset_id, CertifiedRevision.base_revision_id == row.revision_id
    )
    found = await fetch(session, query, CertifiedRevision.number, limit=limit, cursor=cursor, newest_first=True)
    return found.of(lambda one: shown(one, EnteredRevisionView))


async def newest_number(session: AsyncSession, certificate: Certificate) -> int:
    """The number of the newest revision in the register under a certificate; its own where nothing entered."""
    query = select(func.max(CertifiedRevision.number)).where(
        CertifiedRevision.base_revision_id == certificate.revision_id
    )
    newest = await session.scalar(query)
    return newest or (await revision(session, certificate.revision_id)).number


async def scope_of(session: AsyncSession, certificate: Certificate, asset: Asset, key: SketchKey) -> rules.Scope:
    """What a certificate declares of its updates; raises SketchPending while its own revision is not read yet."""
    return rules.Scope(
        asset_id=asset.id,
        number=await newest_number(session, certificate),
        cycle=asset.update_cycle,
        covers_from=asset.covers_from,
        covers_until=asset.covers_until,
        valid_until=certificate.valid_until,
        layouts=await layouts_of(session, await revision(session, certificate.revision_id), key),
        grade=await _declared_then(session, certificate),
    )


async def layouts_of(session: AsyncSession, of: Revision, key: SketchKey) -> frozenset[rules.Layout]:
    """The tables of a revision by the names of their fields; raises SketchPending until they have been read."""
    known = await fields(session, of.id, key)
    if known is None:
        raise SketchPending(revision_id=of.id)
    return rules.layouts([(file.name, file.sha256) for file in of.files], known)


async def _declared_then(session: AsyncSession, certificate: Certificate) -> tuple[str, str] | None:
    """The class that counted when the certificate was issued, or else the first that was declared after."""
    of_asset = select(Classification).where(Classification.asset_id == certificate.asset_id)
    then = of_asset.where(Classification.created_at <= certificate.created_at).order_by(Classification.id.desc())
    row = (await session.scalars(then.limit(1))).first()
    if row is None:
        row = (await session.scalars(of_asset.order_by(Classification.id).limit(1))).first()
    return None if row is None else grade_of(row)


def grade_of(row: Classification) -> tuple[str, str]:
    """What of a declaration an update must keep: the level, and whose data it is."""
    return row.level, str(row.declared["personal"])
