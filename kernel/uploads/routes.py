"""Files over HTTP: upload a body as it is, read back what was kept of it."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, InternalServerException
from litestar.params import FromPath, QueryParameter

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.description.media import takes
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.storage import names, rules
from kernel.storage.errors import (
    DigestMismatch,
    DigestUnreadable,
    FileNameUnusable,
    FileTooLarge,
    UploadIncomplete,
)
from kernel.storage.rules import Purpose
from kernel.uploads import commands, queries
from kernel.uploads.schemas import FileView

Name = Annotated[str, QueryParameter(name="name", min_length=1, max_length=255, description="文件名 · file name")]
For = Annotated[Purpose, QueryParameter(name="purpose", description="用途 · what the file is for")]


@post(
    "/v1/files",
    opt=allow("kernel:file:write") | takes("application/octet-stream"),
    request_max_body_size=None,
    responses=problems(FileNameUnusable, UploadIncomplete, DigestUnreadable, FileTooLarge, DigestMismatch),
)
async def upload_file(
    request: Request[Actor, Any, Any], runtime: NamedDependency[Runtime], name: Name, purpose: For
) -> FileView:
    """上传文件 · Upload a file: the body is the file, streamed; `Repr-Digest: sha-256=:…:` is checked if sent.

    The session is opened only when the body has arrived, so a slow sender holds no transaction.
    """
    names.clean(name)
    promised = commands.Promised(_declared(request), rules.declared_sha256(request.headers.get("repr-digest")))
    received = await commands.receive(
        runtime.storage, _body(request, promised), promised, max_bytes=runtime.settings.upload_bytes_max
    )
    async with runtime.act(request.user) as act:
        row = await commands.keep(act, received, name, purpose)
        return queries.file_view(row)


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


def _declared(request: Request[Actor, Any, Any]) -> int | None:
    text = request.headers.get("content-length")
    if text is not None and not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ClientException("Content-Length")
    return int(text) if text is not None else None


@get("/v1/files/{file_id:str}", opt=allow("kernel:file:write"), responses=problems(NotFound))
async def get_file(file_id: FromPath[str], act: NamedDependency[Act]) -> FileView:
    """文件信息 · What was kept of one of the party's own files."""
    return queries.file_view(await queries.own_file(act, file_id))


ROUTES = [upload_file, get_file]
