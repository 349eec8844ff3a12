"""Gathering a case for arbitration or court: asked for by a side or the centre, made once by a job, then kept."""

import asyncio
import re
from collections.abc import AsyncIterator
from importlib import resources
from typing import Any, Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from kernel import ids
from kernel.act import Act
from kernel.actor import ANONYMOUS
from kernel.crypto import canonical
from kernel.db import find_locked, locked, one
from kernel.documents import queries as documents
from kernel.documents.commands import issue
from kernel.documents.models import Document
from kernel.documents.routes import trust
from kernel.log import queries as log
from kernel.log.models import LogEntry
from kernel.log.record import record
from kernel.runtime import Runtime
from kernel.storage.store import new_key
from kernel.text import Lang
from kernel.uploads.models import StoredFile
from kernel.views.projection import shown
from market.complaints import queries, rules
from market.complaints.bundle import content
from market.complaints.bundle.verify import KIND, packed
from market.complaints.errors import BundlesTooMany
from market.complaints.models import Complaint, ComplaintBundle, ComplaintFile, ComplaintStep
from market.complaints.schemas import ComplaintBundleView
from market.delivery.models import Delivery
from market.ledger import queries as books
from market.orders.models import Order
from market.settlement.models import Settlement
from rights.register.bundle import BYTES_MAX, as_json

AREA: Final = "complaint-bundles"
ENTRIES_MAX: Final = 1_000
"""The newest entries about a case that a bundle proves; a case has at most a few hundred."""
LANGUAGES: Final[tuple[Lang, ...]] = ("zh", "en")
_EXTENSION: Final = re.compile(r"\.[A-Za-z0-9]{1,8}$")


class Pending(Exception):
    """The log has not entered all that is to be proved; the next sweep tries again."""


async def ask(act: Act, complaint_id: str) -> ComplaintBundleView:
    """Ask for a bundle of the case as it stands; raises NotFound for strangers, and BundlesTooMany."""
    seen = await queries.visible(act, complaint_id)
    row = await locked(act.session, Complaint, seen.id)
    most = rules.TABLE.version(row.policy["version"]).body.bundles_max
    count = select(func.count()).where(ComplaintBundle.complaint_id == row.id)
    if int(await act.session.scalar(count) or 0) >= most:
        raise BundlesTooMany(limit=most)
    last = select(func.max(ComplaintStep.n)).where(ComplaintStep.complaint_id == row.id)
    made = ComplaintBundle(
        id=ids.new("cpb"),
        complaint_id=row.id,
        last_step=int(await act.session.scalar(last) or 0),
        document_id=None,
        storage_key=None,
        sha256=None,
        size_bytes=None,
        requested_at=act.at,
        made_at=None,
    )
    act.session.add(made)
    record(act, "market.complaint.gathered", row.id, parties=row.parties, facts={"bundle": made.id})
    await act.session.flush()
    return shown(made, ComplaintBundleView)


async def make(runtime: Runtime, bundle_id: str) -> None:
    """Make a bundle that was asked for: read, pack and keep it; what the log still lacks makes it wait."""
    try:
        async with runtime.act() as act:
            files, evidence = await _gathered(act, runtime, await one(act.session, ComplaintBundle, bundle_id))
    except Pending:
        return
    for name, key in evidence.items():
        files[name] = await runtime.storage.get(key)
    digests = await asyncio.to_thread(lambda: {n: canonical.sha256_hex(data) for n, data in sorted(files.items())})
    async with runtime.act() as act:
        row = await find_locked(act.session, select(ComplaintBundle).where(ComplaintBundle.id == bundle_id))
        if row is None or row.made_at is not None:
            return
        complaint = await one(act.session, Complaint, row.complaint_id)
        claims = {"complaint_id": complaint.id, "bundle_id": row.id, "files": digests}
        document = await issue(act, KIND, row.id, claims, parties=complaint.parties)
        data = await asyncio.to_thread(packed, files, as_json(document.body))
        key = new_key(AREA)
        await runtime.storage.put_stream(key, _once(data), BYTES_MAX)
        row.document_id, row.storage_key, row.made_at = document.id, key, act.at
        row.sha256, row.size_bytes = canonical.sha256_hex(data), len(data)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _gathered(act: Act, runtime: Runtime, row: ComplaintBundle) -> tuple[dict[str, bytes], dict[str, str]]:
    """The files of a bundle but the evidence, and the evidence by the keys under which the store has it."""
    session = act.session
    complaint = await one(session, Complaint, row.complaint_id)
    order = await one(session, Order, complaint.order_id)
    steps = await _steps(session, row)
    kept = [each for each in await queries.files_of(session, complaint.id) if each.step <= row.last_step]
    issued = await _documents(session, complaint, steps)
    entries = await _entries(session, complaint, [*_subjects(complaint), *(each.subject for each in issued)])
    head = await log.checkpoint(session)
    if head is None:
        raise Pending
    shown_steps = [content.plain(step, [each for each in kept if each.step == step.n]) for step in steps]
    files: dict[str, bytes] = {
        "trust.json": as_json(await asyncio.to_thread(trust, runtime)),
        "complaint.json": as_json(_case(complaint)),
        "order.json": as_json(_order(order)),
        "money.json": as_json({"postings": await _postings(session, complaint)}),
        "record.json": as_json({"complaint": complaint.id, "steps": shown_steps}),
        "log/entries.json": as_json({"entries": entries}),
        "log/checkpoint": (await log.note_of(session, head)).encode(),
        **{f"README.{lang}.md": _readme(lang) for lang in LANGUAGES},
    }
    for document in issued:
        envelope = await documents.envelope(session, document)
        if envelope["log"] is None:
            raise Pending
        files[f"documents/{document.kind}-{document.id}.json"] = as_json(envelope)
    return files, {_name(each): (await one(session, StoredFile, each.file_id)).storage_key for each in kept}


async def _steps(session: AsyncSession, row: ComplaintBundle) -> list[ComplaintStep]:
    query = select(ComplaintStep).where(
        ComplaintStep.complaint_id == row.complaint_id, ComplaintStep.n <= row.last_step
    )
    return list(await session.scalars(query.order_by(ComplaintStep.n)))


def _subjects(row: Complaint) -> tuple[str, ...]:
    return (row.id, row.subject, row.order_id, row.agreement_id)


def _name(file: ComplaintFile) -> str:
    """The name of a piece of evidence in the bundle, by its number; its own name is in the record."""
    extension = _EXTENSION.search(file.name)
    return f"evidence/{file.n:03d}{extension[0].lower() if extension else ''}"


def _case(row: Complaint) -> dict[str, Any]:
    facts = msgspec.to_builtins(queries.view(row, ANONYMOUS))
    return {name: value for name, value in facts.items() if name not in ("allowed_actions", "owner")}


def _order(row: Order) -> dict[str, Any]:
    names = ("id", "buyer", "provider", "listing_id", "asset_id", "revision_id", "title_zh", "title_en", "purpose")
    times = ("placed_at", "paid_at", "delivered_at", "inspection_due_at", "accepted_at", "settled_at")
    moments = {name: at.isoformat() if (at := getattr(row, name)) else None for name in times}
    price = {"amount_minor": row.amount_minor, "currency": row.currency, "status": str(row.status)}
    return {**{name: getattr(row, name) for name in names}, **price, **moments}


async def _postings(session: AsyncSession, row: Complaint) -> list[dict[str, Any]]:
    """What was booked for the order or the bill, entry by entry; the accounts of other holders are not shown."""
    others = re.compile(r"^(payable|clawback|withheld|prepaid):")
    return [
        {
            "entry": entry.id,
            "reference": entry.reference,
            "at": entry.posted_at.isoformat(),
            "amount_minor": posting.amount_minor,
            "currency": posting.currency,
            **{
                side: path if not others.match(path) or path.endswith(row.parties) else path.split(":")[0] + ":-"
                for side, path in (("debit", posting.debit), ("credit", posting.credit))
            },
        }
        for entry, posting in await books.postings_of(session, row.subject)
    ]


async def _documents(session: AsyncSession, row: Complaint, steps: list[ComplaintStep]) -> list[Document]:
    """What was signed about the trade and the case, as far as it is both sides' to read."""
    agreement = await one(session, Agreement, row.agreement_id)
    delivery = await session.scalar(select(Delivery).where(Delivery.order_id == row.order_id))
    wanted = [agreement.document_id, delivery and delivery.receipt_id, *(step.document_id for step in steps)]
    of_case = select(Document).where(
        Document.id.in_([each for each in wanted if each is not None])
        | Document.id.in_(select(Settlement.document_id).where(Settlement.order_id == row.order_id))
        | ((Document.subject == row.id) & (Document.kind == "complaint-decision"))
    )
    rows = await session.scalars(of_case.order_by(Document.id))
    return [each for each in rows if set(row.parties) <= set(each.parties)]


async def _entries(session: AsyncSession, row: Complaint, subjects: list[str]) -> list[dict[str, Any]]:
    """The entries about the case, with their proofs; opened are the facts that are both sides' to read."""
    query = select(LogEntry).where(LogEntry.subject.in_(sorted(set(subjects)))).order_by(LogEntry.id.desc())
    listed: list[dict[str, Any]] = []
    for entry in reversed((await session.scalars(query.limit(ENTRIES_MAX))).all()):
        proof = await log.inclusion_proof(session, entry.id)
        if proof is None:
            raise Pending
        opened = {"salt": entry.salt.hex(), "facts": entry.facts} if set(row.parties) <= set(entry.parties) else {}
        listed.append({"entry": entry.payload.decode("utf-8"), "proof": proof, **opened})
    return listed


def _readme(lang: Lang) -> bytes:
    return resources.files("market.complaints").joinpath("templates", f"README.{lang}.md").read_bytes()
