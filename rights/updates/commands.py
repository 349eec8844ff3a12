"""Entering revisions by their digest, and telling beforehand what would become of one."""

from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import lock_name, locked
from kernel.errors import FieldError, NotFound
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.runtime import Runtime
from kernel.views.projection import shown
from rights.assets.models import Asset
from rights.assets.queries import Revision, revision
from rights.cases.requirements import require_unclaimed
from rights.certificates.models import Certificate, CertifiedRevision
from rights.certificates.queries import by_name, in_force
from rights.classification.queries import latest
from rights.duplicates.queries import find_claims
from rights.duplicates.sketching.hashing import SketchKey
from rights.duplicates.sketching.sealing import open_sketch_key
from rights.objections.queries import open_on_asset
from rights.registrations.effects import effects
from rights.registrations.errors import CertificateNotInForce, NotTheHolder, ObjectionOpen
from rights.updates import queries, rules
from rights.updates.errors import RevisionOutsideScope
from rights.updates.policy import POLICY
from rights.updates.schemas import EnteredRevisionView, EnterRevision, RevisionCheck, ScopeFault

ENTERED: Final = "rights.revision.entered"
"""The job of whoever offers or delivers the data; its payload is {revision, asset}."""


async def enter(act: Act, certificate: str, data: EnterRevision, runtime: Runtime) -> EnteredRevisionView:
    """Enter a revision by its digest under a certificate in force; it needs no case, no notice and no certificate.

    Raises RevisionOutsideScope with every respect in which it leaves the scope, and whatever keeps its content from
    being claimed.
    """
    of = await _own(act, certificate)
    asset = await locked(act.session, Asset, of.asset_id)
    new = await revision(act.session, data.revision_id)
    faults = await _faults(act, of, asset, new, data, open_sketch_key(runtime.settings))
    if faults:
        raise RevisionOutsideScope(errors=faults, count=len(faults), number=of.number)
    if objections := await open_on_asset(act.session, asset.id):
        raise ObjectionOpen(objections=", ".join(objections))
    await lock_name(act.session, "content", new.content_sha256)
    await require_unclaimed(act.session, new.content_sha256, of.party_id, at=act.at)
    row = CertifiedRevision(
        revision_id=new.id,
        certificate_id=of.id,
        asset_id=asset.id,
        base_revision_id=of.revision_id,
        number=new.number,
        content_sha256=new.content_sha256,
        covers_from=data.covers_from,
        covers_until=data.covers_until,
        statement=msgspec.to_builtins(data.statement),
        policy=msgspec.to_builtins(POLICY.at(act.today).ref),
        entered_at=act.at,
    )
    act.session.add(row)
    facts = {"certificate": of.id, "asset": asset.id, "number": row.number, "content_sha256": row.content_sha256}
    digest = row.content_sha256.removeprefix("sha256:")
    record(act, "rights.revision.entered", row.revision_id, parties=[of.party_id], facts=facts, document_sha256=digest)
    await act.session.flush()
    await enqueue(act.session, ENTERED, {"revision": row.revision_id, "asset": asset.id})
    return shown(row, EnteredRevisionView)


async def check(act: Act, certificate: str, data: EnterRevision, runtime: Runtime) -> RevisionCheck:
    """Tell whether a revision would enter as an update, and what becomes of what rests on the certificate."""
    of = await _own(act, certificate)
    asset = await act.session.get_one(Asset, of.asset_id)
    new = await revision(act.session, data.revision_id)
    faults = await _faults(act, of, asset, new, data, open_sketch_key(runtime.settings))
    told = [ScopeFault(fault.pointer, fault.detail.zh, fault.detail.en, fault.rule or rules.RULE) for fault in faults]
    return RevisionCheck(
        certificate_number=of.number,
        revision_id=new.id,
        route="change" if faults else "update",
        faults=told,
        effects=await effects(act.session, asset.id, "change" if faults else "update"),
    )


async def _own(act: Act, certificate: str) -> Certificate:
    """The actor's own certificate in force; raises NotFound, NotTheHolder or CertificateNotInForce."""
    row = await by_name(act.session, certificate)
    if row is None:
        raise NotFound(kind="certificate", id=certificate[:40])
    if row.party_id != act.actor.party:
        raise NotTheHolder(number=row.number)
    if not in_force(row, act.at):
        raise CertificateNotInForce(number=row.number)
    return row


async def _faults(
    act: Act, of: Certificate, asset: Asset, new: Revision, data: EnterRevision, key: SketchKey
) -> list[FieldError]:
    await _require_own(act.session, new, of)
    hits = await find_claims(act, new.id, excluding_party=of.party_id, key=key)
    declared = await latest(act.session, asset.id)
    update = rules.Update(
        asset_id=new.asset_id,
        number=new.number,
        covers_from=data.covers_from,
        covers_until=data.covers_until,
        layouts=await queries.layouts_of(act.session, new, key),
        grade=None if declared is None else queries.grade_of(declared),
        same_subject=data.statement.same_subject,
        same_source=data.statement.same_source,
        same_class=data.statement.same_class,
        resembles=tuple(hit.claim for hit in hits),
    )
    scope = await queries.scope_of(act.session, of, asset, key)
    return rules.scope_faults(scope, update, POLICY.at(act.today).body.cycles)


async def _require_own(session: AsyncSession, new: Revision, of: Certificate) -> None:
    """Of somebody else's revision nothing is told, not even that it is there."""
    if (await session.get_one(Asset, new.asset_id)).party_id != of.party_id:
        raise NotFound(kind="revision", id=new.id)
