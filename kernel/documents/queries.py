"""Reading issued documents, and wrapping them with their proof of entry in the log."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.documents.models import Document
from kernel.errors import NotFound
from kernel.log.models import LogEntry
from kernel.log.queries import inclusion_proof
from kernel.states import Role

WATCHERS = (Role.REGULATOR, Role.AUDITOR, Role.OPERATOR)


async def document(act: Act, document_id: str) -> Document:
    """A document, for the public where it is public, else for its parties and those who watch."""
    found = await act.session.get(Document, document_id)
    if found is None or not (found.public or act.actor.party in found.parties or act.actor.has(*WATCHERS)):
        raise NotFound(kind="document", id=document_id)
    return found


async def document_about(session: AsyncSession, kind: str, subject: str) -> Document | None:
    """The newest document of a kind about a subject."""
    query = select(Document).where(Document.kind == kind, Document.subject == subject).order_by(Document.id.desc())
    return (await session.scalars(query.limit(1))).first()


async def envelope(session: AsyncSession, found: Document) -> dict[str, Any]:
    """The document with its log entry and offline proof; `log` is null until the entry is sequenced (seconds)."""
    entry = await session.get_one(LogEntry, found.entry_id)
    proof = await inclusion_proof(session, entry.id)
    log = None if proof is None else {"entry": entry.payload.decode("utf-8"), "proof": proof}
    return {"document": found.body, "log": log}
