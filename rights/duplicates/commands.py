"""Finding earlier claims on the same data: by digest, then by looking sketches up and comparing the likeliest.

Nothing of an earlier claim's content leaves this module: a hit names the certificate, which is public, and shares.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Cast, Select, cast, delete, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.clock import Clock, day_in_china
from kernel.jobs import enqueue
from kernel.text import Text
from rights.assets import queries as assets
from rights.assets.commands import SKETCH_JOB
from rights.assets.models import AssetRevision
from rights.certificates.models import Certificate
from rights.certificates.states import CertificateState
from rights.duplicates import sealing
from rights.duplicates.compare import IDENTICAL, Kind, Match, compare
from rights.duplicates.errors import SketchPending
from rights.duplicates.hashing import SketchKey
from rights.duplicates.models import AssetSketch, AssetSketchKey
from rights.duplicates.policy import POLICY, Thresholds
from rights.duplicates.process import Sketched
from rights.duplicates.schemas import VERSION, Sketch

JOB: Final = SKETCH_JOB
CANDIDATES_MAX: Final = 64
SHARING_MAX: Final = 256
MISSING_BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """An earlier claim on what looks like the same data."""

    asset_id: str
    certificate_number: str
    score: float
    kind: Kind
    matched_columns: int
    explanation: Text


async def request_sketch(session: AsyncSession, revision_id: str) -> None:
    """Have a revision sketched in the background, as part of this unit of work; asking twice is asking once."""
    await enqueue(session, JOB, {"revision": revision_id}, dedupe=f"{JOB}/{revision_id}")


async def keep_sketch(session: AsyncSession, revision_id: str, found: Sketched, key: SketchKey, at: datetime) -> None:
    """Store a revision's sketch, in the place of any that it had."""
    values = {
        "sketch": sealing.sealed(found.sketch, revision_id, key),
        "sketch_version": found.sketch.version,
        "key_id": sealing.key_id(key),
        "faults": [{"sha256": fault.sha256, "reason": fault.reason} for fault in found.faults],
        "created_at": at,
    }
    statement = insert(AssetSketch).values(revision_id=revision_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["revision_id"], set_=values))
    await session.execute(delete(AssetSketchKey).where(AssetSketchKey.revision_id == revision_id))
    member = func.unnest(_array(found.sketch)).table_valued("key").render_derived()
    rows = select(member.c.key, literal(revision_id))
    await session.execute(insert(AssetSketchKey).from_select(["key", "revision_id"], rows))


def _array(sketch: Sketch) -> Cast[Any]:
    """The hashes by which a sketch is looked up, for SQL."""
    keys = {index for table in sketch.tables for index in table.index} | set(sketch.files)
    return cast(literal(sorted(keys), ARRAY(BigInteger)), ARRAY(BigInteger))


async def has_sketch(session: AsyncSession, revision_id: str, key: SketchKey) -> bool:
    """Whether the revision has a sketch that can be compared today."""
    return await _sketch_row(session, revision_id, key) is not None


async def request_missing(session: AsyncSession, *, key: SketchKey) -> int:
    """Have certified revisions sketched that have no sketch of this version and key; returns how many."""
    current = select(AssetSketch.revision_id).where(
        AssetSketch.sketch_version == VERSION, AssetSketch.key_id == sealing.key_id(key)
    )
    query = (
        select(Certificate.revision_id)
        .where(Certificate.status == CertificateState.IN_FORCE, Certificate.revision_id.not_in(current))
        .order_by(Certificate.id)
        .limit(MISSING_BATCH)
    )
    missing = list(await session.scalars(query))
    for revision_id in missing:
        await request_sketch(session, revision_id)
    return len(missing)


async def find_claims(
    session: AsyncSession, revision_id: str, *, excluding_party: str, key: SketchKey, clock: Clock
) -> list[Hit]:
    """Other parties' certificates in force over the same or nearly the same data, the surest first.

    Raises SketchPending until the revision has been sketched, and NotFound for a revision that does not exist.
    """
    revision = await assets.revision(session, revision_id)
    row = await _sketch_row(session, revision_id, key)
    if row is None:
        raise SketchPending(revision_id=revision_id)
    now = clock.now()
    standing = _standing(excluding_party, now).subquery()
    exact = await session.execute(
        select(standing.c.asset_id, standing.c.number)
        .join(AssetRevision, AssetRevision.id == standing.c.revision_id)
        .where(AssetRevision.content_sha256 == revision.content_sha256)
        .order_by(standing.c.number)
    )
    hits = {number: Hit(asset, number, 1.0, "identical-content", 0, IDENTICAL) for asset, number in exact}
    own = sealing.opened(row.sketch, row.revision_id, key)
    likely = _likely(own).subquery()
    query = (
        select(standing.c.asset_id, standing.c.number, AssetSketch.revision_id, AssetSketch.sketch)
        .join(standing, standing.c.revision_id == AssetSketch.revision_id)
        .join(likely, likely.c.revision_id == AssetSketch.revision_id)
        .where(AssetSketch.sketch_version == VERSION, AssetSketch.key_id == row.key_id)
        .order_by(likely.c.shared.desc(), standing.c.number)
        .limit(CANDIDATES_MAX)
    )
    candidates = [c for c in await session.execute(query) if c[1] not in hits]
    near = POLICY.at(day_in_china(now)).body.near
    stored = [(sketch, earlier_id) for _, _, earlier_id, sketch in candidates]
    matches = await asyncio.to_thread(_compared, own, stored, key, near)
    for (asset, number, _, _), match in zip(candidates, matches, strict=True):
        if match.kind != "none":
            hits[number] = Hit(asset, number, match.score, match.kind, match.matched_columns, match.explanation)
    return sorted(hits.values(), key=lambda hit: (hit.kind != "identical-content", -hit.score, hit.certificate_number))


def _compared(own: Sketch, stored: Sequence[tuple[bytes, str]], key: SketchKey, near: Thresholds) -> list[Match]:
    return [compare(own, sealing.opened(sketch, revision_id, key), near) for sketch, revision_id in stored]


def _likely(own: Sketch) -> Select[str, int]:
    """How many hashes each revision shares; of a hash that very many share, the earliest are enough to know it."""
    wanted = func.unnest(_array(own)).table_valued("key").render_derived("wanted")
    sharing = (
        select(AssetSketchKey.revision_id)
        .where(AssetSketchKey.key == wanted.c.key)
        .order_by(AssetSketchKey.revision_id)
        .limit(SHARING_MAX)
        .lateral()
    )
    return (
        select(sharing.c.revision_id, func.count().label("shared"))
        .select_from(wanted)
        .join(sharing, true())
        .group_by(sharing.c.revision_id)
    )


async def _sketch_row(session: AsyncSession, revision_id: str, key: SketchKey) -> AssetSketch | None:
    row = await session.get(AssetSketch, revision_id, populate_existing=True)
    if row is None or row.sketch_version != VERSION or row.key_id != sealing.key_id(key):
        return None
    return row


def _standing(excluding_party: str, at: datetime) -> Select[str, str, str]:
    """Certificates in force of anybody else."""
    return select(Certificate.asset_id, Certificate.number, Certificate.revision_id).where(
        Certificate.status == CertificateState.IN_FORCE,
        Certificate.valid_until >= day_in_china(at),
        Certificate.party_id != excluding_party,
    )
