"""Files over HTTP: upload a body as it is, read back what was kept of it."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, InternalServerException
from litestar.params import FromPath, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import DomainError, NotFound
from kernel.http.description.media import takes
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.identity.models import Party
from kernel.runtime import Runtime
from kernel.storage import names, rules
from kernel.storage.errors import (
    DigestMismatch,
    DigestUnreadable,
    FileEmpty,
    FileNameUnusable,
    FileTooLarge,
    StorageNotForRole,
    StorageQuotaExceeded,
    UploadIncomplete,
)
from kernel.storage.rules import Purpose
from kernel.uploads import commands, queries, quotas
from kernel.uploads.schemas import FileView, StorageView
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

Name = Annotated[str, QueryParameter(name="name", min_length=1, max_length=255, description="文件名 · file name")]
For = Annotated[Purpose, QueryParameter(name="purpose", description="用途 · what the file is for")]


@post(
    "/v1/files",
    opt=allow("kernel:file:write") | takes("application/octet-stream"),
    request_max_body_size=None,
    responses=problems(
        FileNameUnusable,
        FileEmpty,
        UploadIncomplete,
        DigestUnreadable,
        FileTooLarge,
        DigestMismatch,
        StorageNotForRole,
        StorageQuotaExceeded,
    ),
)
async def upload_file(
    request: Request[Actor, Any, Any], runtime: NamedDependency[Runtime], name: Name, purpose: For
) -> FileView:
    """上传文件 · Upload a file: the body is the file, streamed; `Repr-Digest: sha-256=:…:` is checked if sent.

    The session is opened only when the body has arrived, so a slow sender holds no transaction.
    """
    names.clean(name)
    promised = commands.Promised(_declared(request), rules.declared_sha256(request.headers.get("repr-digest")))
    received = await _received(request, runtime, promised)
    try:
        async with runtime.act(request.user) as act:
            row = await commands.keep(act, received, name, purpose)
    except DomainError:
        await runtime.storage.delete(received.key)
        raise
    if row.storage_key != received.key:  # The same file had been kept before.
        await runtime.storage.delete(received.key)
    return queries.file_view(row)


async def _received(
    request: Request[Actor, Any, Any], runtime: Runtime, promised: commands.Promised
) -> commands.Received:
    """Take the body in; what passes the quota by its own headers is refused before anything is read."""
    assert request.user.party is not None
    async with runtime.act(request.user) as act:
        usage, quota = await quotas.usage_and_quota(act.session, request.user.party, act.at)
        again = promised.sha256 is not None and await queries.holds(act, promised.sha256)
    largest, left = runtime.settings.upload_bytes_max, usage.left_bytes(quota)
    if again:  # Whoever did not hear the first answer may send it again, also with the quota used up.
        return await commands.receive(runtime.storage, _body(request, promised), promised, max_bytes=largest)
    declared = promised.size_bytes or 0
    quotas.require(usage, quota, declared if declared <= largest else 0)
    try:
        most = min(largest, left)
        return await commands.receive(runtime.storage, _body(request, promised), promised, max_bytes=most)
    except FileTooLarge:
        if left < largest:
            quotas.require(usage, quota, left + 1)
        raise


async def _body(request: Request[Actor, Any, Any], promised: commands.Promised) -> AsyncIterator[bytes]:
    """The body as it arrives; a sender that goes away in the middle is its own fault and not ours."""
    arrived = 0
    try:
        async for chunk in request.stream():
            arrived += len(chunk)
            yield chunk
    except InternalServerException as problem:
        declared = promised.size_bytes if promised.size_bytes is not None else "?"
        raise UploadIncomplete(declared_bytes=declared, received_bytes=arrived) from problem
    if not arrived and not promised.size_bytes:
        raise FileEmpty


def _declared(request: Request[Actor, Any, Any]) -> int | None:
    text = request.headers.get("content-length")
    if text is not None and not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ClientException("Content-Length")
    return int(text) if text is not None else None


@get("/v1/files", opt=allow("kernel:file:write"))
async def list_files(
    act: NamedDependency[Act],
    purpose: Annotated[Purpose | None, QueryParameter(description="用途 · what the file is for")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[FileView]:
    """文件列表 · The party's own files, the newest first: what can be attached where an id of a file is asked for."""
    return await queries.list_own(act, purpose, limit, cursor)


@get("/v1/files/{file_id:str}", opt=allow("kernel:file:write"), responses=problems(NotFound))
async def get_file(file_id: FromPath[str], act: NamedDependency[Act]) -> FileView:
    """文件信息 · What was kept of one of the party's own files."""
    return queries.file_view(await queries.own_file(act, file_id))


@get("/v1/storage", opt=allow("kernel:file:write"))
async def get_storage(act: NamedDependency[Act]) -> StorageView:
    """存储用量 · What the party has stored, today and in all, and what it may store by its roles."""
    assert act.actor.party is not None
    return queries.storage_view(*await quotas.usage_and_quota(act.session, act.actor.party, act.at), act.at)


@get("/v1/parties/{party_id:str}/storage", opt=allow("kernel:party:read"), responses=problems(NotFound))
async def get_party_storage(party_id: FromPath[str], act: NamedDependency[Act]) -> StorageView:
    """主体存储用量 · What a party has stored and may store, for those who watch."""
    await one(act.session, Party, ids.require("pty", party_id))
    return queries.storage_view(*await quotas.usage_and_quota(act.session, party_id, act.at), act.at)


ROUTES = [upload_file, list_files, get_file, get_storage, get_party_storage]
