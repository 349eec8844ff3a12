"""Reading issued documents, and wrapping them with their proof of entry in the log."""

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from kernel.act import Act
from kernel.documents.models import Document
from kernel.errors import NotFound
from kernel.log.models import LogEntry
from kernel.log.queries import inclusion_proof
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown

AUDIENCE: Final = Audience("document", (Role.REGULATOR, Role.AUDITOR, Role.OPERATOR))
"""Who may read a document besides the parties that it names."""


class DocumentSummary(msgspec.Struct, frozen=True):
    """An issued document as a list shows it; the document itself is at /v1/documents/{id}."""

    id: str
    kind: str
    subject: str
    public: bool
    sha256: str
    created_at: datetime


async def document(act: Act, document_id: str) -> Document:
    """A document, for the public where it is public, else for its parties and those who watch."""
    issued = await act.session.get(Document, document_id)
    if issued is None:
        raise NotFound(kind="document", id=document_id)
    if not issued.public:
        AUDIENCE.require(act.actor, document_id, *issued.parties)
    return issued


async def documents(act: Act, kind: str | None, limit: int, cursor: str | None) -> Page[DocumentSummary]:
    """The documents that name the actor's party, newest first; whoever watches sees all."""
    query = select(Document).where(AUDIENCE.among(act.actor, Document.parties)).options(defer(Document.body))
    if kind is not None:
        query = query.where(Document.kind == kind)
    page: Page[Document] = await fetch(act.session, query, Document.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: shown(row, DocumentSummary))


async def document_about(session: AsyncSession, kind: str, subject: str) -> Document | None:
    """The newest document of a kind about a subject."""
    query = select(Document).where(Document.kind == kind, Document.subject == subject).order_by(Document.id.desc())
    return (await session.scalars(query.limit(1))).first()


async def envelope(session: AsyncSession, issued: Document) -> dict[str, Any]:
    """The document with its log entry and offline proof; `log` is null until the entry is sequenced (seconds)."""
    entry = await session.get_one(LogEntry, issued.entry_id)
    proof = await inclusion_proof(session, entry.id)
    log = None if proof is None else {"entry": entry.payload.decode("utf-8"), "proof": proof}
    return {"document": issued.body, "log": log}
