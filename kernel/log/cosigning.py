"""Cosignatures of witnesses (C2SP tlog-cosignature): others who saw the log grow say so under its heads.

A witness copies the log by its tiles, checks that a head extends the one it cosigned before, and posts the head with
its own line. Whoever then trusts the witness need not trust the log alone not to show different heads to different
people; and a head under our signature that we do not have is the proof that somebody else signs as us.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.log import publication, queries
from kernel.log.errors import CheckpointForeign, CosignatureInvalid, WitnessUnknown
from kernel.log.publication import Shelf
from kernel.log.tree_models import LogCheckpoint, LogCosignature
from kernel.time.clock import Clock
from kernel.tlog.keys import LogKeys
from kernel.tlog.note import Checkpoint, Note, NoteInvalid, VerifierKey, cosigned_at, encode64, open_checkpoint, parse

log: Final = structlog.get_logger("liutong.log")

SKEW: Final = timedelta(minutes=5)
"""How far a witness's clock may be from ours."""


async def accept(session: AsyncSession, storage: Shelf, keys: LogKeys, text: str, *, clock: Clock) -> str:
    """Keep and publish what known witnesses signed under a head of ours; gives the head with all its lines.

    The same lines again change nothing.
    """
    try:
        note = parse(text)
        head = Checkpoint.parse(note.text)
    except NoteInvalid as problem:
        raise CosignatureInvalid(why=str(problem)) from None
    row = await session.get(LogCheckpoint, head.size)
    if row is None or parse(row.note).text != note.text:
        raise _foreign(text, keys, head)
    now = clock.now()
    lines = _believed(note, keys, row.at, now)
    for key, (line, at_seconds) in lines.items():
        values = {"size": row.size, "witness": str(key), "at_seconds": at_seconds, "line": line}
        stored = insert(LogCosignature).values(**values, received_at=now)
        await session.execute(stored.on_conflict_do_nothing())
    full_note = await queries.note_of(session, row)
    await publication.add_lines(session, storage, keys, row.size, full_note)
    return full_note


def _foreign(text: str, keys: LogKeys, head: Checkpoint) -> CheckpointForeign:
    """A head that is not ours; under our own signature it is an alarm and not only a mistake."""
    try:
        open_checkpoint(text, keys.trusted)
    except NoteInvalid:
        pass
    else:
        log.critical("a head under our key is not ours", origin=head.origin, size=head.size, root=head.root.hex())
    return CheckpointForeign(size=head.size, root=encode64(head.root))


def _believed(note: Note, keys: LogKeys, since: datetime, now: datetime) -> dict[VerifierKey, tuple[str, int]]:
    """The lines of known witnesses, each checked; raises WitnessUnknown when there is none."""
    witness_keys = {(key.name, key.id): key for key in keys.witnesses}
    lines: dict[VerifierKey, tuple[str, int]] = {}
    for signature in note.signatures:
        key = witness_keys.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.accepts(note.text, signature.value):
            raise CosignatureInvalid(why=f"the line of {key.name} does not match the checkpoint")
        at_seconds = cosigned_at(signature)
        if not (since - SKEW).timestamp() <= at_seconds <= (now + SKEW).timestamp():
            raise CosignatureInvalid(why=f"{key.name} signed at {at_seconds}, before the head was or in the future")
        lines[key] = (str(signature), at_seconds)
    if not lines:
        raise WitnessUnknown(known=[key.name for key in keys.witnesses])
    return lines
