"""Writing an entry: the same call is the audit row, the event and the leaf of the transparency log."""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.log.models import LogEntry
from kernel.time.clock import timestamp

_KIND: Final = re.compile(r"^[a-z][a-z_-]*(\.[a-z][a-z_-]*){2}$")


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry before it is stored, for callers that write it with their own statement."""

    id: str
    salt: bytes
    payload: bytes
    leaf_hash: bytes


def leaf(
    kind: str, subject: str, *, at: datetime, facts: Mapping[str, Any], document_sha256: str | None = None
) -> Leaf:
    """Build the public leaf of a change; raises ValueError for a kind that is not `slice.subject.participle`."""
    if not _KIND.fullmatch(kind):
        raise ValueError(f"an entry's kind is slice.subject.past_participle, not {kind!r}")
    entry_id, salt = ids.new("ent"), os.urandom(16)
    body: dict[str, Any] = {
        "v": 1,
        "id": entry_id,
        "at": timestamp(at),
        "kind": kind,
        "subject": subject,
        "commitment": canonical.commitment(salt, facts),
    }
    if document_sha256 is not None:
        body["document"] = document_sha256
    payload = canonical.dumps(body)
    return Leaf(entry_id, salt, payload, hashlib.sha256(b"\x00" + payload).digest())


def record(
    act: Act,
    kind: str,
    subject: str,
    *,
    parties: Iterable[str | None] = (),
    facts: Mapping[str, Any] | None = None,
    document_sha256: str | None = None,
) -> LogEntry:
    """Add the entry to the unit of work: it is stored exactly when the change is."""
    logged = dict(facts or {})
    new = leaf(kind, subject, at=act.at, facts=logged, document_sha256=document_sha256)
    seen_by = sorted({party for party in (*parties, act.actor.party) if party})
    entry = LogEntry(
        id=new.id,
        at=act.at,
        actor_party=act.actor.party,
        actor_key=act.actor.hand,
        kind=kind,
        subject=subject,
        parties=seen_by,
        facts=logged,
        salt=new.salt,
        payload=new.payload,
        leaf_hash=new.leaf_hash,
        log_index=None,
    )
    act.session.add(entry)
    return entry
