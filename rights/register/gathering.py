"""Gathering an asset's evidence bundle from the register."""

from collections.abc import Sequence
from importlib import resources
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.documents import queries as documents
from kernel.documents.errors import GlyphMissing
from kernel.documents.prints.printing import pdf_of
from kernel.documents.routes import trust
from kernel.log import queries as log
from kernel.log.errors import CheckpointAbsent, ProofPending
from kernel.log.models import LogEntry
from kernel.runtime import Runtime
from kernel.states import Role
from kernel.text import Lang
from kernel.views.audience import Audience
from rights.assets.queries import asset_seen
from rights.certificates import rules, status_lists
from rights.certificates.models import Certificate
from rights.objections.models import Objection, ObjectionEvidence
from rights.register import bundle, queries
from rights.registrations.models import Registration, RegistrationEvidence
from rights.title.models import TitleRemark

LANGUAGES: Final[tuple[Lang, ...]] = ("zh", "en")
AUDIENCE: Final = Audience("entry", (Role.REGISTRAR,))
"""To whom the facts of an entry are opened besides those whom it concerns."""


async def evidence_bundle(act: Act, runtime: Runtime, asset_id: str) -> bytes:
    """The bundle of an asset, for its provider and the registrar; raises ProofPending while the log lags behind."""
    await asset_seen(act, asset_id)
    certificates = (await act.session.scalars(select(Certificate).where(Certificate.asset_id == asset_id))).all()
    cases = (await act.session.scalars(select(Registration).where(Registration.asset_id == asset_id))).all()
    remarks = (await act.session.scalars(select(TitleRemark).where(TitleRemark.asset_id == asset_id))).all()
    titles, objections = (
        await queries.titles_of(act.session, asset_id),
        await queries.objections_of(act.session, asset_id),
    )
    subjects = queries.subjects_of(certificates, cases, remarks, titles, objections)
    entries = await queries.entries_about(act.session, subjects, act.at)
    view = await queries.register_at(act.session, asset_id, known_at=act.at, valid_on=None)
    head = await log.checkpoint(act.session)
    if head is None:
        raise CheckpointAbsent
    files: dict[str, bytes] = {
        "trust.json": bundle.as_json(trust(runtime)),
        "register.json": bundle.as_json(msgspec.to_builtins(view)),
        "evidence.json": bundle.as_json({"evidence": await _evidence(act.session, cases, objections)}),
        "log/checkpoint": (await log.note_of(act.session, head)).encode(),
        "log/entries.json": bundle.as_json(
            {"entries": [await _entry(act, entry) for subject in subjects for entry in entries[subject]]}
        ),
        **{f"README.{lang}.md": _readme(lang) for lang in LANGUAGES},
    }
    for row in certificates:
        files |= await _certificate(act, runtime, row)
    for year in sorted({rules.place_in_list(row.number)[0] for row in certificates}):
        listed = await status_lists.newest(act.session, year)
        if listed is not None:
            files[f"status-lists/{year}.json"] = bundle.as_json(await documents.envelope(act.session, listed))
    return bundle.pack(asset_id, files)


async def _certificate(act: Act, runtime: Runtime, row: Certificate) -> dict[str, bytes]:
    """The credential, and its print in both languages unless the font lacks a character of it."""
    document = await documents.document(act, row.document_id)
    envelope = await documents.envelope(act.session, document)
    if envelope["log"] is None:
        raise ProofPending(id=document.entry_id)
    files = {f"certificates/{row.number}.json": bundle.as_json(envelope)}
    address = f"{runtime.settings.public_url}/verify?certificate={row.number}"
    for lang in LANGUAGES:
        try:
            pdf = await pdf_of(act, runtime, document, lang, verify_url=address)
        except GlyphMissing:
            continue
        files[f"certificates/{row.number}.{lang}.pdf"] = pdf
    return files


async def _entry(act: Act, entry: LogEntry) -> dict[str, Any]:
    """An entry with its proof; its facts are opened only to those whom it concerns, and to the registrar."""
    proof = await log.inclusion_proof(act.session, entry.id)
    if proof is None:
        raise ProofPending(id=entry.id)
    opened: dict[str, Any] = {"entry": entry.payload.decode("utf-8"), "proof": proof}
    if AUDIENCE.admits(act.actor, *entry.parties):
        opened |= {"salt": entry.salt.hex(), "facts": entry.facts}
    return opened


async def _evidence(
    session: AsyncSession, cases: Sequence[Registration], objections: Sequence[Objection]
) -> list[dict[str, Any]]:
    """The digests of what was handed in with the cases and with the objections to them."""
    ours = select(RegistrationEvidence).where(RegistrationEvidence.registration_id.in_([row.id for row in cases]))
    theirs = select(ObjectionEvidence).where(ObjectionEvidence.objection_id.in_([row.id for row in objections]))
    return [
        {"registration_id": row.registration_id, "kind": row.kind, **_piece(row)}
        for row in await session.scalars(ours.order_by(RegistrationEvidence.id))
    ] + [
        {"objection_id": row.objection_id, "side": row.side or "objector", **_piece(row)}
        for row in await session.scalars(theirs.order_by(ObjectionEvidence.id))
    ]


def _piece(row: RegistrationEvidence | ObjectionEvidence) -> dict[str, Any]:
    return {
        "name": row.name,
        "sha256": row.sha256,
        "size_bytes": row.size_bytes,
        "retention_until": row.retention_until.isoformat(),
    }


def _readme(lang: Lang) -> bytes:
    return resources.files("rights.register").joinpath("templates", f"README.{lang}.md").read_bytes()
