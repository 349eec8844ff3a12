"""Telling each named witness that has an address of the latest head, and keeping the line it answers with.

No transaction is open while a witness is asked. How far a witness has followed is what it told us; if we are wrong it
says so (409) and we begin from there. A witness that has cosigned more than we have ever signed is an alarm.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.crypto.tls import trusted
from kernel.db import Sessions, unit
from kernel.errors import DomainError
from kernel.log import cosigning, queries
from kernel.log.publication import Shelf
from kernel.log.tree_models import LogWitness
from kernel.log.witnesses.message import AddCheckpoint, lines_of, size_told
from kernel.time.clock import Clock
from kernel.tlog.keys import LogKeys, Witness
from kernel.tlog.note import NoteInvalid, parse

log: Final = structlog.get_logger("liutong.log")

SECONDS: Final = 10.0
ANSWER_BYTES_MAX: Final = 65_536
AGAIN_AFTER: Final = timedelta(minutes=1)
"""How long a witness that failed is left alone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answered, read no further than an answer may be long."""

    status: int
    content_type: str
    body: str


async def tell_all(sessions: Sessions, storage: Shelf, keys: LogKeys, *, clock: Clock) -> int:
    """Tell every witness that is behind; gives how many cosigned. One that fails keeps no other from being told."""
    cosigned = 0
    for witness in keys.told:
        async with unit(sessions) as session:
            row = await session.get(LogWitness, str(witness.key))
            head = await queries.checkpoint(session)
        if head is None or (row is not None and not _due(row, head.size, clock.now())):
            continue
        size, fault = await _tell(sessions, storage, keys, witness, row.size if row else 0, clock=clock)
        async with unit(sessions) as session:
            await _remember(session, witness, size, fault, clock.now())
        cosigned += fault is None
        if fault is not None:
            log.warning("a witness did not cosign", witness=witness.key.name, size=head.size, fault=fault)
    return cosigned


def _due(row: LogWitness, size: int, now: datetime) -> bool:
    return row.size < size and (row.fault is None or now >= row.told_at + AGAIN_AFTER)


async def _tell(
    sessions: Sessions, storage: Shelf, keys: LogKeys, witness: Witness, known_size: int, *, clock: Clock
) -> tuple[int, str | None]:
    """Ask once, and once more from where the witness says it stands; gives how far it is now and what went wrong."""
    for _ in range(2):
        async with unit(sessions) as session:
            request, size = await _request(session, known_size)
        try:
            answer = await _post(witness, str(request))
        except (httpx.HTTPError, UnicodeDecodeError, TimeoutError) as problem:
            return known_size, f"no answer ({type(problem).__name__})"
        if answer.status == httpx.codes.OK:
            fault = await _keep(sessions, storage, keys, witness, request.note, answer.body, clock=clock)
            return (known_size, fault) if fault is not None else (size, None)
        claimed_size = size_told(answer.content_type, answer.body) if answer.status == httpx.codes.CONFLICT else None
        if claimed_size is None:
            return known_size, f"answered {answer.status}"
        if claimed_size > size:
            log.critical(
                "a witness has cosigned more than this log has", witness=witness.key.name, told=claimed_size, size=size
            )
            return known_size, f"says that it cosigned {claimed_size} entries, and the log has {size}"
        known_size = claimed_size
    return known_size, "changed its mind about what it had cosigned"


async def _request(session: AsyncSession, known_size: int) -> tuple[AddCheckpoint, int]:
    head = await queries.checkpoint(session)
    assert head is not None
    proof = await queries.consistency_proof(session, known_size, head.size) if 0 < known_size < head.size else []
    return AddCheckpoint(known_size, tuple(proof), head.note), head.size


async def _post(witness: Witness, body: str) -> Answer:
    assert witness.url is not None
    url = witness.url.rstrip("/") + "/add-checkpoint"
    async with (
        httpx.AsyncClient(verify=trusted(), timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
        client.stream("POST", url, content=body.encode(), headers={"content-type": "text/plain"}) as answer,
    ):
        body_bytes = bytearray()
        async for chunk in answer.aiter_bytes():
            body_bytes += chunk
            if len(body_bytes) > ANSWER_BYTES_MAX:
                raise httpx.DecodingError("the answer is longer than signature lines are")
        return Answer(answer.status_code, answer.headers.get("content-type", ""), body_bytes.decode("utf-8"))


async def _keep(
    sessions: Sessions, storage: Shelf, keys: LogKeys, witness: Witness, head: str, body: str, *, clock: Clock
) -> str | None:
    """Keep the lines of witnesses that we know under the head that they were asked about; else why not."""
    note = head + "".join(f"{line}\n" for line in lines_of(body))
    try:
        if not any((line.name, line.key_id) == (witness.key.name, witness.key.id) for line in parse(note).signatures):
            return "answered with no line of its own"
        async with unit(sessions) as session:
            await cosigning.accept(session, storage, keys, note, clock=clock)
    except NoteInvalid:
        return "answered with lines that are no signatures"
    except DomainError as problem:
        return f"answered with a line that is not believed ({problem.code()})"
    return None


async def _remember(session: AsyncSession, witness: Witness, size: int, fault: str | None, at: datetime) -> None:
    values = {"size": size, "told_at": at, "fault": fault}
    row = insert(LogWitness).values(witness=str(witness.key), **values)
    await session.execute(row.on_conflict_do_update(index_elements=["witness"], set_=values))
