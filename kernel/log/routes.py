"""The public log over HTTP as C2SP tlog-tiles has it, and the proof of one entry; everybody may read all of it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.errors import NotFound
from kernel.http.description.media import takes
from kernel.http.guards import public
from kernel.http.problems import problems
from kernel.log import cosigning, queries
from kernel.log.errors import (
    CheckpointAbsent,
    CheckpointForeign,
    CosignatureInvalid,
    ProofPending,
    SizesInvalid,
    TileAbsent,
    WitnessUnknown,
)
from kernel.log.models import LogEntry
from kernel.log.tree_models import LogCheckpoint, LogCosignature, LogWitness
from kernel.runtime import Runtime
from kernel.time.clock import Clock
from kernel.tlog import tiles
from kernel.tlog.note import VerifierKey, encode64
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from kernel.views.projection import shown

_NOTE_BYTES_MAX: Final = 65_536
_SIZE_LIMIT: Final = 1 << 62
_NEVER_CHANGES: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_ASK_AGAIN: Final = {"Cache-Control": "no-cache"}


@get("/log/checkpoint", opt=public(), media_type=MediaType.TEXT, responses=problems(CheckpointAbsent))
async def get_checkpoint(session: NamedDependency[AsyncSession]) -> Response[str]:
    """日志检查点 · The latest signed head of the transparency log (C2SP tlog-checkpoint)."""
    head = await queries.checkpoint(session)
    if head is None:
        raise CheckpointAbsent
    return Response(await queries.note_of(session, head), media_type=MediaType.TEXT, headers=_ASK_AGAIN)


@post(
    "/log/cosignature",
    opt=public() | takes("text/plain"),
    status_code=200,
    media_type=MediaType.TEXT,
    request_max_body_size=_NOTE_BYTES_MAX,
    responses=problems(CosignatureInvalid, WitnessUnknown, CheckpointForeign),
)
async def add_cosignature(
    request: Request[Any, Any, Any],
    session: NamedDependency[AsyncSession],
    runtime: NamedDependency[Runtime],
    clock: NamedDependency[Clock],
) -> Response[str]:
    """见证联署 · A witness posts a checkpoint of this log with its own line (C2SP tlog-cosignature)."""
    try:
        text = (await request.body()).decode("utf-8")
    except UnicodeDecodeError:
        raise CosignatureInvalid(why="not UTF-8") from None
    note = await cosigning.accept(session, runtime.storage, runtime.log_keys, text, clock=clock)
    return Response(note, media_type=MediaType.TEXT)


class CheckpointView(msgspec.Struct, frozen=True):
    """A head of the log's history; `note` carries the signatures of the log and of its witnesses."""

    size: int
    root: str
    at: datetime
    note: str


@get("/v1/log/checkpoints", opt=public())
async def list_checkpoints(
    session: NamedDependency[AsyncSession],
    cursor: Cursor = None,
    witnessed: FromQuery[bool] = False,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[CheckpointView]:
    """检查点历史 · Every head that was ever signed, the latest first; `witnessed=true` for those with a cosignature."""
    heads = await queries.checkpoints(session, witnessed=witnessed, limit=limit, cursor=cursor)
    notes = [await queries.note_of(session, head) for head in heads.items]
    views = [
        shown(head, CheckpointView, root=encode64(head.root), note=note)
        for head, note in zip(heads.items, notes, strict=True)
    ]
    return Page(views, heads.next)


@get("/v1/log/checkpoints/{size:int}", opt=public(), media_type=MediaType.TEXT, responses=problems(NotFound))
async def get_checkpoint_of(size: FromPath[int], session: NamedDependency[AsyncSession]) -> Response[str]:
    """历史检查点 · The head of a size, with every signature under it."""
    row = await session.get(LogCheckpoint, size) if 0 < size < _SIZE_LIMIT else None
    if row is None:
        raise NotFound(kind="checkpoint", id=str(size)[:40])
    return Response(await queries.note_of(session, row), media_type=MediaType.TEXT, headers=_ASK_AGAIN)


@get("/v1/log/consistency", opt=public(), media_type=MediaType.TEXT, responses=problems(SizesInvalid))
async def get_consistency(
    session: NamedDependency[AsyncSession],
    old: Annotated[int, QueryParameter(ge=1)],
    new: Annotated[int, QueryParameter(ge=1)],
) -> Response[str]:
    """一致性证明 · That the log of `new` entries only added to that of `old`: base64 hashes, one a line (RFC 9162)."""
    head = await queries.checkpoint(session)
    size = head.size if head else 0
    if not old <= new <= size:
        raise SizesInvalid(size=size)
    lines = [encode64(each) + "\n" for each in await queries.consistency_proof(session, old, new)]
    return Response("".join(lines), media_type=MediaType.TEXT, headers=_NEVER_CHANGES)


@get("/log/tile/{path:path}", opt=public(), media_type="application/octet-stream", responses=problems(TileAbsent))
async def get_tile(path: FromPath[Path], session: NamedDependency[AsyncSession]) -> Response[bytes]:
    """日志数据块 · A hash tile `<L>/<N>[.p/<W>]` or an entry bundle `entries/<N>[.p/<W>]` (C2SP tlog-tiles).

    The bytes under a path never change, so they may be cached for ever.
    """
    wanted = tiles.parse_tile_path(path.as_posix().removeprefix("/"))
    data = await _tile(session, wanted) if wanted else None
    if data is None:
        raise TileAbsent(path=str(path)[:120])
    return Response(data, media_type="application/octet-stream", headers=_NEVER_CHANGES)


async def _tile(session: AsyncSession, wanted: tiles.TilePath) -> bytes | None:
    """The asked-for file, from the same tables that the sequencer writes."""
    if wanted.number >= tiles.NUMBER_LIMIT:
        return None
    if wanted.level is None:
        return await queries.bundle(session, wanted.number, wanted.width)
    return await queries.tile(session, tiles.TileId(wanted.level, wanted.number), wanted.width)


@get(
    "/v1/log/entries/{entry_id:str}/proof",
    opt=public(),
    media_type=MediaType.TEXT,
    responses=problems(NotFound, ProofPending),
)
async def get_entry_proof(entry_id: FromPath[str], session: NamedDependency[AsyncSession]) -> Response[str]:
    """存证证明 · The offline proof that an entry is in the log (`c2sp.org/tlog-proof@v1`)."""
    wanted = ids.require("ent", entry_id)
    proof = await queries.inclusion_proof(session, wanted)
    if proof is None and await session.get(LogEntry, wanted) is None:
        raise NotFound(kind="log entry", id=wanted)
    if proof is None:
        raise ProofPending(id=wanted)
    return Response(proof, media_type=MediaType.TEXT, headers=_ASK_AGAIN)


class WitnessView(msgspec.Struct, frozen=True):
    """A named witness and the largest head that it has cosigned, whether it is told of new heads or brings its lines.

    `fault` is why a witness that is told did not last answer.
    """

    name: str
    verifier_key: str
    told: bool
    size: int | None
    told_at: datetime | None
    fault: str | None


class WitnessesView(msgspec.Struct, frozen=True):
    """Every witness that the centre has named."""

    items: list[WitnessView]


@get("/v1/log/witnesses", opt=public())
async def list_witnesses(session: NamedDependency[AsyncSession], runtime: NamedDependency[Runtime]) -> WitnessesView:
    """见证人 · Who may cosign the log's heads, and how far each has followed."""
    keys = runtime.log_keys
    addressed = {str(witness.key) for witness in keys.told}
    rows = {row.witness: row for row in await session.scalars(select(LogWitness))}
    newest = select(func.max(LogCosignature.size))
    brought = {
        str(key): await session.scalar(newest.where(LogCosignature.witness == str(key)))
        for key in keys.witnesses
        if str(key) not in addressed
    }
    return WitnessesView(
        [_witness(key, str(key) in addressed, rows.get(str(key)), brought.get(str(key))) for key in keys.witnesses]
    )


def _witness(key: VerifierKey, told: bool, row: LogWitness | None, brought: int | None) -> WitnessView:
    if row is None or not told:
        return WitnessView(key.name, str(key), told, brought, None, None)
    return WitnessView(key.name, str(key), told, row.size, row.told_at, row.fault)


ROUTES = [
    get_checkpoint,
    list_witnesses,
    add_cosignature,
    get_tile,
    list_checkpoints,
    get_checkpoint_of,
    get_consistency,
    get_entry_proof,
]
