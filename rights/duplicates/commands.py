"""Having revisions sketched, and keeping their sketches; asked for as part of the unit of work that needs them."""

from datetime import datetime
from typing import Final

from sqlalchemy import (
    delete,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.jobs.queue import enqueue
from rights.assets.commands import SKETCH_JOB
from rights.assets.models import RevisionMeasure
from rights.certificates.models import Certificate, CertifiedRevision
from rights.certificates.states import CertificateState
from rights.duplicates.models import AssetSketch, AssetSketchKey
from rights.duplicates.process import Measured, Sketched
from rights.duplicates.queries import CLAIMING, lookup_keys
from rights.duplicates.sketching import sealing
from rights.duplicates.sketching.hashing import SketchKey
from rights.duplicates.sketching.schemas import VERSION
from rights.registrations.models import Registration
from rights.registrations.states import OPEN

JOB: Final = SKETCH_JOB
SCREEN_JOB: Final = "rights.screen_case"
"""What rights.cases.screening does with a case whose content can be compared."""


MISSING_BATCH: Final = 50


async def request_sketch(session: AsyncSession, revision_id: str) -> None:
    """Have a revision sketched in the background, as part of this unit of work; asking twice is asking once."""
    await enqueue(session, JOB, {"revision": revision_id}, dedupe=f"{JOB}/{revision_id}")


async def keep_sketch(
    session: AsyncSession, revision_id: str, sketched: Sketched, key: SketchKey, at: datetime
) -> None:
    """Store a revision's sketch and what was counted in it, in the place of any that it had."""
    values = {
        "sketch": sealing.sealed(sketched.sketch, revision_id, key),
        "sketch_version": sketched.sketch.version,
        "key_id": sealing.key_id(key),
        "faults": [{"sha256": fault.sha256, "reason": fault.reason} for fault in sketched.faults],
        "fields": sketched.fields,
        "created_at": at,
    }
    statement = insert(AssetSketch).values(revision_id=revision_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["revision_id"], set_=values))
    await session.execute(delete(AssetSketchKey).where(AssetSketchKey.revision_id == revision_id))
    member = func.unnest(lookup_keys(sketched.sketch)).table_valued("key").render_derived()
    rows = select(member.c.key, literal(revision_id))
    await session.execute(insert(AssetSketchKey).from_select(["key", "revision_id"], rows))
    await _keep_measure(session, revision_id, sketched.measured, at)


async def _keep_measure(session: AsyncSession, revision_id: str, measured: Measured | None, at: datetime) -> None:
    """Store what was counted in a revision's files, in the place of any that was counted before."""
    span = measured.span if measured is not None else None
    values = {
        "record_count": measured.rows if measured is not None else None,
        "field_count": measured.fields if measured is not None else None,
        "earliest": span[0] if span is not None else None,
        "latest": span[1] if span is not None else None,
        "created_at": at,
    }
    statement = insert(RevisionMeasure).values(revision_id=revision_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["revision_id"], set_=values))


async def request_screening(session: AsyncSession, revision_id: str) -> None:
    """Have the cases under way screened whose content this is, now that it can be compared."""
    waiting = select(Registration.id).where(
        Registration.revision_id == revision_id, Registration.status.in_(OPEN), Registration.type.in_(CLAIMING)
    )
    for registration_id in await session.scalars(waiting.order_by(Registration.id)):
        await enqueue(session, SCREEN_JOB, {"registration": registration_id})


async def request_missing(session: AsyncSession, *, key: SketchKey) -> int:
    """Have revisions sketched that are certified or applied for and have no sketch of this version and key."""
    current = select(AssetSketch.revision_id).where(
        AssetSketch.sketch_version == VERSION,
        AssetSketch.key_id == sealing.key_id(key),
        AssetSketch.fields.is_not(None),
    )
    certified = select(Certificate.revision_id).where(
        Certificate.status == CertificateState.IN_FORCE, Certificate.revision_id.not_in(current)
    )
    applied = select(Registration.revision_id).where(
        Registration.status.in_(OPEN), Registration.revision_id.not_in(current)
    )
    entered = select(CertifiedRevision.revision_id).where(CertifiedRevision.revision_id.not_in(current))
    both = certified.union(applied, entered).subquery()
    missing = list(await session.scalars(select(both.c.revision_id).order_by(both.c.revision_id).limit(MISSING_BATCH)))
    for revision_id in missing:
        await request_sketch(session, revision_id)
    return len(missing)
