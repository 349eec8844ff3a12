"""The public log over HTTP as C2SP tlog-tiles has it, and the proof of one entry; everybody may read all of it."""

from pathlib import Path
from typing import Final

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.errors import NotFound
from kernel.http.guards import public
from kernel.http.problems import problems
from kernel.log import queries, tiles
from kernel.log.errors import CheckpointAbsent, ProofPending, TileAbsent
from kernel.log.models import LogEntry

_NEVER_CHANGES: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_ASK_AGAIN: Final = {"Cache-Control": "no-cache"}


@get("/log/checkpoint", opt=public(), media_type=MediaType.TEXT, responses=problems(CheckpointAbsent))
async def get_checkpoint(session: NamedDependency[AsyncSession]) -> Response[str]:
    """日志检查点 · The latest signed head of the transparency log (C2SP tlog-checkpoint)."""
    head = await queries.checkpoint(session)
    if head is None:
        raise CheckpointAbsent
    return Response(head.note, media_type=MediaType.TEXT, headers=_ASK_AGAIN)


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


ROUTES = [get_checkpoint, get_tile, get_entry_proof]
