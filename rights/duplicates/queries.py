"""Finding earlier claims on the same data: by digest, then by looking sketches up and comparing the likeliest.

An earlier claim is a certificate in force, an open public notice, or an application that came first. Nothing of its
content leaves this module: a hit names the claim, and says how much agrees.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Cast,
    CompoundSelect,
    Select,
    Subquery,
    and_,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from kernel.act import Act
from kernel.text import Text
from kernel.time.clock import day_in_china
from rights.assets import queries as assets
from rights.assets.models import AssetRevision
from rights.certificates.models import Certificate, CertifiedRevision
from rights.certificates.states import CertificateState
from rights.duplicates.compare import IDENTICAL, Kind, Match, compare
from rights.duplicates.errors import SketchPending
from rights.duplicates.models import AssetSketch, AssetSketchKey
from rights.duplicates.policy import POLICY, Thresholds
from rights.duplicates.sketching import sealing
from rights.duplicates.sketching.hashing import SketchKey
from rights.duplicates.sketching.schemas import VERSION, Sketch
from rights.registrations.models import Registration
from rights.registrations.states import IN_NOTICE, OPEN

CLAIMING: Final = ("initial", "change")
"""The types of registration that claim a content which nobody has a certificate over yet."""


Place = tuple[datetime, str]
"""Where a case stands in the queue: when it was applied for, and its id."""


CANDIDATES_MAX: Final = 64


SHARING_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class Hit:
    """An earlier claim on what looks like the same data: `claim` is its certificate's number, or its case's id."""

    asset_id: str
    claim: str
    registered: bool
    score: float
    kind: Kind
    matched_columns: int
    explanation: Text


def lookup_keys(sketch: Sketch) -> Cast[Any]:
    """The hashes by which a sketch is looked up, for SQL."""
    keys = {index for table in sketch.tables for index in table.index} | set(sketch.files)
    return cast(literal(sorted(keys), ARRAY(BigInteger)), ARRAY(BigInteger))


async def has_sketch(session: AsyncSession, revision_id: str, key: SketchKey) -> bool:
    """Whether the revision has a sketch that can be compared today."""
    return await _sketch_row(session, revision_id, key) is not None


async def fields(session: AsyncSession, revision_id: str, key: SketchKey) -> dict[str, list[str]] | None:
    """The names of the fields of each table of a revision, by its file's digest; None until it has been sketched."""
    row = await _sketch_row(session, revision_id, key)
    return None if row is None else row.fields


async def find_claims(
    act: Act, revision_id: str, *, excluding_party: str, key: SketchKey, before: Place | None = None
) -> list[Hit]:
    """Other parties' earlier claims on the same or nearly the same data, one for each asset, the surest first.

    Of applications that are not in notice only those count that came `before` this place in the queue. Raises
    SketchPending until the revision has been sketched, and NotFound for a revision that does not exist.
    """
    revision = await assets.revision(act.session, revision_id)
    row = await _sketch_row(act.session, revision_id, key)
    if row is None:
        raise SketchPending(revision_id=revision_id)
    claims = _claims_of_others(excluding_party, act.at, before).subquery()
    exact = await act.session.execute(
        select(claims.c.asset_id, claims.c.claim, claims.c.registered)
        .join(AssetRevision, AssetRevision.id == claims.c.revision_id)
        .where(AssetRevision.content_sha256 == revision.content_sha256)
    )
    hits = [Hit(*claim, 1.0, "identical-content", 0, IDENTICAL) for claim in exact]
    hits += await _near(act.session, row, claims, {hit.claim for hit in hits}, key=key, at=act.at)
    return _of_each_asset(hits)


async def _near(
    session: AsyncSession, row: AssetSketch, claims: Subquery, identical: set[str], *, key: SketchKey, at: datetime
) -> list[Hit]:
    """The claims whose sketches, of those that share most with this one, tell that one data set is the other's copy."""
    own = sealing.opened(row.sketch, row.revision_id, key)
    likely = _likely(own).subquery()
    query = (
        select(claims.c.asset_id, claims.c.claim, claims.c.registered, AssetSketch.revision_id, AssetSketch.sketch)
        .join(claims, claims.c.revision_id == AssetSketch.revision_id)
        .join(likely, likely.c.revision_id == AssetSketch.revision_id)
        .where(AssetSketch.sketch_version == VERSION, AssetSketch.key_id == row.key_id)
        .order_by(likely.c.shared.desc(), claims.c.claim)
        .limit(CANDIDATES_MAX)
    )
    candidates = [candidate for candidate in await session.execute(query) if candidate[1] not in identical]
    near = POLICY.at(day_in_china(at)).body.near
    stored = [(sketch, earlier_id) for *_, earlier_id, sketch in candidates]
    matches = await asyncio.to_thread(_compared, own, stored, key, near)
    return [
        Hit(asset, claim, registered, match.score, match.kind, match.matched_columns, match.explanation)
        for (asset, claim, registered, _, _), match in zip(candidates, matches, strict=True)
        if match.kind != "none"
    ]


def _of_each_asset(hits: list[Hit]) -> list[Hit]:
    """One hit for each asset, by its certificate where it has one; the surest assets first."""
    by_asset = groupby(sorted(hits, key=lambda hit: (hit.asset_id, not hit.registered, *_surest(hit))), _asset)
    return sorted((next(of_one) for _, of_one in by_asset), key=_surest)


def _asset(hit: Hit) -> str:
    return hit.asset_id


def _surest(hit: Hit) -> tuple[bool, float, str]:
    return hit.kind != "identical-content", -hit.score, hit.claim


def _compared(own: Sketch, stored: Sequence[tuple[bytes, str]], key: SketchKey, near: Thresholds) -> list[Match]:
    return [compare(own, sealing.opened(sketch, revision_id, key), near) for sketch, revision_id in stored]


def _likely(own: Sketch) -> Select[str, int]:
    """How many hashes each revision shares; of a hash that very many share, the earliest are enough to know it."""
    wanted = func.unnest(lookup_keys(own)).table_valued("key").render_derived("wanted")
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


def _claims_of_others(excluding_party: str, at: datetime, before: Place | None) -> CompoundSelect[Any]:
    """What anybody else claims: certificates with what entered under them, open notices, earlier applications."""
    certified = select(
        Certificate.asset_id, Certificate.number.label("claim"), true().label("registered"), Certificate.revision_id
    ).where(
        Certificate.status == CertificateState.IN_FORCE,
        Certificate.valid_until >= day_in_china(at),
        Certificate.party_id != excluding_party,
    )
    entered = (
        select(Certificate.asset_id, Certificate.number, true(), CertifiedRevision.revision_id)
        .join(
            CertifiedRevision,
            and_(
                CertifiedRevision.asset_id == Certificate.asset_id,
                CertifiedRevision.base_revision_id == Certificate.revision_id,
            ),
        )
        .where(
            Certificate.status == CertificateState.IN_FORCE,
            Certificate.valid_until >= day_in_china(at),
            Certificate.party_id != excluding_party,
        )
    )
    claimed: ColumnElement[bool] = Registration.status.in_(IN_NOTICE)
    if before is not None:
        came_first = tuple_(Registration.created_at, Registration.id) < before
        claimed = or_(claimed, and_(Registration.status.in_(OPEN), came_first))
    under_way = select(Registration.asset_id, Registration.id, false(), Registration.revision_id).where(
        Registration.party_id != excluding_party, Registration.type.in_(CLAIMING), claimed
    )
    return union_all(certified, entered, under_way)
