"""The Delta Sharing protocol (delta-io/delta-sharing PROTOCOL.md of August 2026), and its files.

The routes stand beside the API: clients know them by the profile, and the protocol describes them.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, head, post, route
from litestar.params import FromPath, QueryParameter

from channels.keys.commands import ENDPOINT
from channels.publishing import queries as publishing
from channels.publishing.queries import FileRow, Version
from channels.shares import capabilities, files, lines, metering, predicates, queries
from channels.shares.capabilities import Capabilities, Form
from channels.shares.errors import ShareRequestUnreadable
from channels.shares.files import FILES
from channels.shares.lines import Linked
from channels.shares.metering import Metered
from channels.shares.predicates import Hints
from channels.shares.schemas import TableQuery
from channels.shares.wire import SETTINGS, Http, Speaking, speaking
from kernel.text import Text

NDJSON: Final = "application/x-ndjson; charset=utf-8"
_SHARE: Final = f"{ENDPOINT}/shares/{{share:str}}"
_TABLE: Final = f"{_SHARE}/schemas/{{schema:str}}/tables/{{table:str}}"
VERSION: Final = "Delta-Table-Version"
UNREAD: Final = "Liutong-Hints-Unread"
"""The header that says how many hints of a query were not understood, and left no file out."""
LIMIT_HASHED_MAX: Final = 2**53 - 1
"""More rows than any table has, and the largest integer of canonical JSON."""

Most = Annotated[int | None, QueryParameter(name="maxResults", ge=0, le=2**31)]
Token = Annotated[str | None, QueryParameter(name="pageToken", max_length=400)]


def _number(name: str) -> Any:
    return QueryParameter(name=name, ge=0, le=2**53)


def _text(name: str) -> Any:
    return QueryParameter(name=name, max_length=100)


@get(f"{ENDPOINT}/shares", **SETTINGS)
async def list_shares(request: Http, most: Most = None, token: Token = None) -> Response[Any]:
    """The one share of the key."""
    async with speaking(request, "list-shares") as speaker:
        return _json(queries.page([{"name": speaker.share, "id": speaker.share}], most, token))


@get(_SHARE, **SETTINGS)
async def get_share(request: Http, share: FromPath[str]) -> Response[Any]:
    """A share by its name."""
    async with speaking(request, "get-share", share) as speaker:
        queries.require_share(speaker, share)
        return _json({"share": {"name": speaker.share, "id": speaker.share}})


@get(f"{_SHARE}/schemas", **SETTINGS)
async def list_schemas(request: Http, share: FromPath[str], most: Most = None, token: Token = None) -> Response[Any]:
    """The one schema of a share."""
    async with speaking(request, "list-schemas", share) as speaker:
        queries.require_share(speaker, share)
        return _json(queries.page([{"name": queries.SCHEMA, "share": speaker.share}], most, token))


@get(f"{_SHARE}/schemas/{{schema:str}}/tables", **SETTINGS)
async def list_tables(
    request: Http, share: FromPath[str], schema: FromPath[str], most: Most = None, token: Token = None
) -> Response[Any]:
    """The tables of a schema."""
    async with speaking(request, "list-tables", share) as speaker:
        queries.require_share(speaker, share, schema)
        return _json(queries.page(await queries.tables(speaker), most, token))


@get(f"{_SHARE}/all-tables", **SETTINGS)
async def list_all_tables(request: Http, share: FromPath[str], most: Most = None, token: Token = None) -> Response[Any]:
    """The tables of a share."""
    async with speaking(request, "list-tables", share) as speaker:
        queries.require_share(speaker, share)
        return _json(queries.page(await queries.tables(speaker), most, token))


@get(f"{_TABLE}/version", **SETTINGS)
async def get_table_version(
    request: Http,
    share: FromPath[str],
    schema: FromPath[str],
    table: FromPath[str],
    since: Annotated[str | None, _text("startingTimestamp")] = None,
) -> Response[Any]:
    """The newest version of a table, or the first one from a moment on, in a header."""
    version = await _version(request, share, schema, table, since)
    return Response(b"", headers={VERSION: str(version)}, media_type=NDJSON)


@head(_TABLE, **SETTINGS)
async def head_table(
    request: Http, share: FromPath[str], schema: FromPath[str], table: FromPath[str]
) -> Response[None]:
    """The same, as earlier clients ask for it."""
    return Response(None, headers={VERSION: str(await _version(request, share, schema, table, None))})


async def _version(request: Http, share: str, schema: str, table: str, since: str | None) -> int:
    async with speaking(request, "get-version", table) as speaker:
        found = await queries.history(speaker, share, schema, table)
        return (publishing.there(found[-1]) if since is None else queries.starting(found, since)).version


@get(f"{_TABLE}/metadata", **SETTINGS)
async def get_table_metadata(
    request: Http,
    share: FromPath[str],
    schema: FromPath[str],
    table: FromPath[str],
    number: Annotated[int | None, _number("version")] = None,
    at: Annotated[str | None, _text("timestamp")] = None,
) -> Response[Any]:
    """What a table is: its schema, size and number of files."""
    able = _capabilities(request)
    async with speaking(request, "get-metadata", table) as speaker:
        version = queries.chosen(await queries.history(speaker, share, schema, table), number, at)
        files = await publishing.files_of(speaker.act.session, version.table.id)
        told = lines.head(able.form, speaker.share, version.table, files, version.version)
        return _lines(told, version.version, able)


@post(f"{_TABLE}/query", status_code=200, **SETTINGS)
async def query_table(
    request: Http, share: FromPath[str], schema: FromPath[str], table: FromPath[str]
) -> Response[Any]:
    """The files of a table, each with a link that opens it for a while; this is what is metered."""
    able, body = _capabilities(request), await request.body()
    async with speaking(request, "query", table) as speaker:
        asked = _query(body)
        version = queries.chosen(await queries.history(speaker, share, schema, table), asked.version, asked.timestamp)
        files = await publishing.files_of(speaker.act.session, version.table.id)
        hints = predicates.read(version.table.schema, asked.predicate_hints, asked.json_predicate_hints)
        chosen = selected(files, hints, asked.limit_hint)
        question = _question(asked)
        linked = await _released(speaker, version, question, [(None, file) for file in chosen], asked.idempotency_key)
        told = lines.head(able.form, speaker.share, version.table, files, version.version)
        told += [lines.snapshot(able.form, one) for one in linked]
        return _lines(told, version.version, able, linked, {UNREAD: str(hints.unread)} if hints.unread else {})


@get(f"{_TABLE}/changes", **SETTINGS)
async def get_table_changes(
    request: Http,
    share: FromPath[str],
    schema: FromPath[str],
    table: FromPath[str],
    first: Annotated[int | None, _number("startingVersion")] = None,
    since: Annotated[str | None, _text("startingTimestamp")] = None,
    last: Annotated[int | None, _number("endingVersion")] = None,
    until: Annotated[str | None, _text("endingTimestamp")] = None,
    historical: Annotated[bool, QueryParameter(name="includeHistoricalMetadata")] = False,
) -> Response[Any]:
    """What changed in a table from one version to another, both within; metered as a query is."""
    able = _capabilities(request)
    async with speaking(request, "changes", table) as speaker:
        found = await queries.history(speaker, share, schema, table)
        begin, end = queries.span(found, (first, since), (last, until))
        changed = await queries.feed(speaker.act.session, found, begin.version, end.version)
        question = {"from": begin.version, "to": end.version}
        linked = await _released(speaker, end, question, list(changed), None)
        told = lines.head(able.form, speaker.share, end.table, [one.file for one in linked], end.version)
        if historical and able.form is Form.PARQUET:
            told = [*told[:1], *(lines.of_version(speaker.share, each) for each in queries.schemas(found, begin, end))]
        told += [lines.change(able.form, one) for one in linked]
        return _lines(told, begin.version, able, linked)


@route(f"{FILES}/{{file_id:str}}", http_method=["GET", "HEAD"], **SETTINGS)
async def fetch_shared_file(
    request: Http,
    file_id: FromPath[str],
    exp: Annotated[str, _text("exp")] = "",
    sp: Annotated[str, _text("sp")] = "",
    kid: Annotated[str, _text("kid")] = "",
    sig: Annotated[str, _text("sig")] = "",
    key: Annotated[str, _text("key")] = "",
) -> Response[Any]:
    """A file by its link: GET, also in ranges, and HEAD; key, agreement and order are asked at every request."""
    return await files.fetch(request, file_id, key, {"exp": exp, "sp": sp, "kid": kid, "sig": sig})


def selected(every: Sequence[FileRow], hints: Hints, limit: int | None) -> list[FileRow]:
    """The files of a table that are to be read: those that hints do not rule out, and no more than a limit needs.

    Beside hints a limit says nothing: which rows of a file the client keeps is not known here.
    """
    admitted = [file for file in every if not hints.tests or hints.admits(msgspec.json.decode(file.stats))]
    if limit is None or hints.tests or hints.unread:
        return admitted
    taken, rows = [], 0
    for file in admitted:
        if rows >= limit:
            break
        taken.append(file)
        rows += file.rows
    return taken


async def _released(
    speaker: Speaking,
    version: Version,
    question: dict[str, Any],
    chosen: Sequence[tuple[Version | None, FileRow]],
    idempotency_key: str | None,
) -> list[Linked]:
    """Meter what is asked, then link each of its files."""
    rows, size = sum(file.rows for _, file in chosen), sum(file.size_bytes for _, file in chosen)
    asked = Metered(version, question, rows, size, idempotency_key)
    speaker.release_id = await metering.meter(speaker.act, speaker.holder, asked)
    return files.linked(speaker, chosen)


def _query(body: bytes) -> TableQuery:
    """What a client asks; raises InvalidInput or ShareRequestUnreadable."""
    try:
        asked = msgspec.json.decode(body or b"{}", type=TableQuery)
    except (msgspec.DecodeError, RecursionError) as problem:
        text = Text(f"请求体有误：{problem}", f"The body cannot be read: {problem}")
        raise ShareRequestUnreadable(reason=text) from problem
    if asked.starting_version is not None or asked.ending_version is not None:
        text = Text("版本区间请用 …/changes 读取", "Read a range of versions at …/changes")
        raise ShareRequestUnreadable(reason=text)
    return asked


def _question(asked: TableQuery) -> dict[str, Any]:
    """What is asked, as it is hashed: without the client's id, and a limit no larger than a digest can hold."""
    limit = asked.limit_hint if asked.limit_hint is None else min(asked.limit_hint, LIMIT_HASHED_MAX)
    told: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(asked, limit_hint=limit, idempotency_key=None))
    return told


def _capabilities(request: Http) -> Capabilities:
    return capabilities.read(request.headers.get(capabilities.HEADER), request.headers.get(capabilities.FILE_ID_HASH))


def _json(value: dict[str, Any]) -> Response[Any]:
    return Response(value, media_type="application/json; charset=utf-8")


def _lines(
    told: list[lines.Line],
    version: int,
    able: Capabilities,
    linked: Sequence[Linked] = (),
    more: dict[str, str] | None = None,
) -> Response[Any]:
    ended = [*told, lines.end(linked)] if able.end_action else told
    headers = {VERSION: str(version), capabilities.HEADER: able.header, **(more or {})}
    return Response(lines.written(ended), media_type=NDJSON, headers=headers)


ROUTES = [
    list_shares,
    get_share,
    list_schemas,
    list_tables,
    list_all_tables,
    get_table_version,
    head_table,
    get_table_metadata,
    query_table,
    get_table_changes,
    fetch_shared_file,
]
