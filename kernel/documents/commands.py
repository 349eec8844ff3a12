"""Issuing a document: build the credential, sign it, store it, and enter it in the log in one unit of work."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.crypto.issuer import Issuer
from kernel.documents import credential
from kernel.documents.models import Document
from kernel.identity.models import Party
from kernel.log.record import record
from kernel.time.clock import timestamp


async def issue(
    act: Act,
    kind: str,
    subject: str,
    claims: Mapping[str, Any],
    *,
    parties: Iterable[str | None] = (),
    public: bool = False,
    valid_until: datetime | None = None,
    members: Mapping[str, Any] | None = None,
) -> Document:
    """Issue a document of a kind (`rights-certificate`, `quality-scorecard`, …) about a subject (an id).

    Claims are plain JSON values; numbers that matter are strings. The same claims in the same second give the same
    bytes but for the document's id. `members` stand beside the claims in the credential, or in place of its usual
    ones, such as a status or an address that stays the same from issue to issue.
    """
    document_id = ids.new("doc")
    named = sorted({party for party in (*parties, act.actor.party) if party})
    named_centre = await _centre(act)
    secured = _credential(
        document_id, kind, subject, {**named_centre, **claims}, act.issuer, act.at, valid_until, members or {}
    )
    sha256 = canonical.digest(secured)
    entry = record(
        act,
        f"kernel.{kind}.issued",
        subject,
        parties=named,
        facts={"document": document_id, "kind": kind, "issued_at": timestamp(act.at)},
        document_sha256=sha256,
    )
    await act.session.flush()
    new = Document(
        id=document_id,
        kind=kind,
        subject=subject,
        parties=named,
        public=public,
        body=secured,
        sha256=sha256,
        entry_id=entry.id,
        created_at=act.at,
    )
    act.session.add(new)
    await act.session.flush()
    return new


async def _centre(act: Act) -> dict[str, Any]:
    """The centre by its registered name, which documents bear beside its address; nothing before it is founded."""
    centre = await act.session.scalar(select(Party).where(Party.centre))
    return {"centre": {"name": centre.name, "uscc": centre.uscc}} if centre is not None else {}


def _credential(
    document_id: str,
    kind: str,
    subject: str,
    claims: Mapping[str, Any],
    issuer: Issuer,
    at: datetime,
    valid_until: datetime | None,
    members: Mapping[str, Any],
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "@context": [credential.CONTEXT, {"@vocab": f"{issuer.public_url}/ns#"}],
        "id": f"{issuer.public_url}/v1/documents/{document_id}",
        "type": ["VerifiableCredential", _type_of(kind)],
        "issuer": issuer.did,
        "validFrom": credential.second(at),
        **({"validUntil": credential.second(valid_until)} if valid_until else {}),
        "credentialSubject": {"id": f"{issuer.public_url}/id/{subject}", "kind": kind, **claims},
        **members,
    }
    return credential.secure(body, issuer.signer, issuer.method, at)


def _type_of(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("-"))
