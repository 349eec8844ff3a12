"""Every write can be sent twice: the stored answer is given again, and one key never stands for two contents."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Concatenate, Final, ParamSpec, TypeVar, cast

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter
from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from kernel.act import Act
from kernel.db import Base
from kernel.errors import FieldError, InvalidInput, Unprocessable
from kernel.text import Text

KEY_LENGTH_MAX: Final = 255
KEY_MEANS: Final = "幂等键：同一键重复发送得到同一答复。One key, one content, one answer."

IdempotencyKey = Annotated[
    str, HeaderParameter(name="Idempotency-Key", min_length=1, max_length=KEY_LENGTH_MAX, description=KEY_MEANS)
]
"""For the routes that keep the key by themselves; all others have `once`."""

_SEND_ONE: Final = Text(
    "请提供 1–255 个字符的 Idempotency-Key 请求头", "Send an Idempotency-Key header of 1 to 255 characters"
)

T = TypeVar("T")
P = ParamSpec("P")


class IdempotencyRecord(Base):
    """The answer given to a key; written in the transaction of the change itself."""

    __tablename__ = "idempotency_record"

    party: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    http_status: Mapped[int | None]
    body: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


# Made once: every write asks both, and making one anew takes longer than asking it.
_RECORDS: Final = cast(Table, IdempotencyRecord.__table__)
_CLAIM: Final = insert(_RECORDS).on_conflict_do_nothing().returning(_RECORDS.c.key)
_KEEP: Final = update(_RECORDS).where(_RECORDS.c.party == bindparam("of_party"), _RECORDS.c.key == bindparam("of_key"))


class IdempotencyKeyReused(Unprocessable):
    """The key was used before with another content."""

    title = Text("幂等键已用于其他内容", "The idempotency key was used for another content")
    detail = Text("请为新的内容使用新的幂等键。", "Use a new key for a new content.")
    rule = "LT-GEN-01"


async def once(request: Request[Any, Any, Any], act: Act, run: Callable[[], Awaitable[T]]) -> Response[T]:
    """Run a command once for the caller's Idempotency-Key, or give the stored answer again with the route's status.

    A concurrent duplicate waits on the unique index: it replays when the first commits, runs when the first fails.
    """
    party, key = request.user.party or "anonymous", _key(request)
    print_ = fingerprint(request.method, request.url.path, await request.body())
    status = request.route_handler.status_code
    if not await claim_key(act.session, party, key, print_, act.at):
        return await _replay(act.session, party, key, print_)
    view = await run()
    await keep_answer(act.session, party, key, status, msgspec.json.encode(_for_repeats(view)))
    return Response(view, status_code=status)


async def claim_key(session: AsyncSession, party: str, key: str, print_: bytes, at: datetime) -> bool:
    """Let a key stand for a content from now on; False where it stands for one already, this or another."""
    values = {"party": party, "key": key, "fingerprint": print_, "created_at": at}
    return await session.scalar(_CLAIM, values) is not None


async def keep_answer(session: AsyncSession, party: str, key: str, status: int | None, body: bytes) -> None:
    """Keep the answer for a key that was claimed in this unit."""
    answer = {"http_status": status, "body": body}
    await session.execute(_KEEP, {"of_party": party, "of_key": key, **answer})


async def claim(session: AsyncSession, party: str, key: str, print_: bytes, at: datetime) -> None:
    """Let a key stand for a content whose answer is not kept, since it is the same again.

    Raises IdempotencyKeyReused where it stands for another.
    """
    if not await claim_key(session, party, key, print_, at):
        await stored_answer(session, party, key, print_)


def _for_repeats(view: T) -> T:
    """The answer as it is stored, without what its type says in `SHOWN_ONCE`: any key of the party may ask for it."""
    names: tuple[str, ...] = getattr(view, "SHOWN_ONCE", ())
    return msgspec.structs.replace(view, **dict.fromkeys(names)) if isinstance(view, msgspec.Struct) and names else view


class Once:
    """The one way to write over HTTP: runs a command once for the caller's key, as the request's act."""

    def __init__(self, request: Request[Any, Any, Any], act: Act) -> None:
        self._request = request
        self._act = act

    async def __call__(
        self, command: Callable[Concatenate[Act, P], Awaitable[T]], *args: P.args, **more: P.kwargs
    ) -> Response[T]:
        """Run a command with the act before its arguments, or give the stored answer again; see `once`."""
        return await once(self._request, self._act, lambda: command(self._act, *args, **more))


async def provide_once(request: Request[Any, Any, Any], act: NamedDependency[Act]) -> Once:
    """A dependency of every route that needs the key.

    It asks for none itself: what is refused while dependencies are made leaves the session that was made before open.
    """
    return Once(request, act)


def needs_key(handler: HTTPRouteHandler) -> bool:
    """Whether a route needs the key: what it does goes through `once`, or it keeps the key by itself."""
    return not {"once", "idempotency_key"}.isdisjoint(handler.parsed_fn_signature.parameters)


def key_fault(request: Request[Any, Any, Any]) -> FieldError | None:
    """What is wrong with the key of a request to a route that needs one."""
    if 0 < len(request.headers.get("idempotency-key", "")) <= KEY_LENGTH_MAX:
        return None
    return FieldError("/headers/idempotency-key", _SEND_ONE, rule="LT-GEN-01")


def _key(request: Request[Any, Any, Any]) -> str:
    if fault := key_fault(request):
        raise InvalidInput(errors=[fault])
    return request.headers["idempotency-key"]


def fingerprint(method: str, path: str, body: bytes) -> bytes:
    """What must be equal for two requests to be the same."""
    return hashlib.sha256(f"{method} {path}\n".encode() + body).digest()


async def stored_answer(session: AsyncSession, party: str, key: str, print_: bytes) -> IdempotencyRecord:
    """What was kept for a key, if it stands for this content; raises IdempotencyKeyReused."""
    query = select(IdempotencyRecord).where(IdempotencyRecord.party == party, IdempotencyRecord.key == key)
    stored = (await session.execute(query)).scalar_one()
    if stored.fingerprint != print_:
        raise IdempotencyKeyReused
    return stored


async def _replay(session: AsyncSession, party: str, key: str, print_: bytes) -> Response[Any]:
    stored = await stored_answer(session, party, key, print_)
    return Response(
        stored.body,
        status_code=stored.http_status or 200,
        media_type="application/json",
        headers={"Idempotency-Replayed": "true"},
    )


async def forget(session: AsyncSession, before: datetime) -> int:
    """Drop answers older than the promised seven days; returns how many."""
    result = await session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.created_at < before))
    return int(getattr(result, "rowcount", 0) or 0)
