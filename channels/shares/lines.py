"""Answers of the protocol as lines of JSON, in either form; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec

from channels.publishing.models import PublishedTable
from channels.publishing.queries import FileRow, Version
from channels.shares.capabilities import Form

_NAMESPACE: Final = UUID("6b3d3ed5-3f0c-5d0b-9f1c-0d4f3a1f7c55")
_READER: Final = {"minReaderVersion": 1}
_WRITER: Final = {**_READER, "minWriterVersion": 2}
_FEED_WRITER: Final = {**_READER, "minWriterVersion": 7, "writerFeatures": ["changeDataFeed"]}
"""Readers of Delta logs take changes only from a table whose protocol names them."""

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Linked:
    """A file with the link that opens it for a while, and in a feed the version and moment that it belongs to."""

    file: FileRow
    url: str
    expires_at: datetime
    version: int | None = None
    at: datetime | None = None


def table_id(agreement_id: str, name: str) -> str:
    """The id of a table under an agreement, the same in all its versions."""
    return str(uuid5(_NAMESPACE, f"{agreement_id}/{name.casefold()}"))


def head(form: Form, agreement_id: str, table: PublishedTable, files: Sequence[FileRow], version: int) -> list[Line]:
    """The first two lines: what a reader must know, and what the table is."""
    size = sum(file.size_bytes for file in files)
    data: Line = {
        "id": table_id(agreement_id, table.name),
        "name": table.name,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": msgspec.json.encode(table.schema).decode(),
        "partitionColumns": [],
        "configuration": {"delta.enableChangeDataFeed": "true"} if table.key else {},
    }
    if form is Form.DELTA:
        wrapped = {"version": version, "size": size, "numFiles": len(files), "deltaMetadata": data}
        return [{"protocol": {"deltaProtocol": _FEED_WRITER if table.key else _WRITER}}, {"metaData": wrapped}]
    return [{"protocol": _READER}, {"metaData": {**data, "version": version, "size": size, "numFiles": len(files)}}]


def of_version(agreement_id: str, version: Version) -> Line:
    """The second line for one version of a range, for clients that ask for each."""
    return head(Form.PARQUET, agreement_id, version.table, (), version.version)[1]


def snapshot(form: Form, linked: Linked) -> Line:
    """A file of a table."""
    return {"file": _delta(linked, "add", stats=True) if form is Form.DELTA else _plain(linked, stats=True)}


def change(form: Form, linked: Linked) -> Line:
    """A file of a feed: of a first version all of its rows, of a later one what changed."""
    first = linked.file.before_id is None
    if form is Form.DELTA:
        return {"file": _delta(linked, "add" if first else "cdc", stats=first)}
    return {"add" if first else "cdf": _plain(linked, stats=first)}


def end(linked: Sequence[Linked]) -> Line:
    """The line that says that the answer is whole, for clients that ask for it."""
    soonest = min((_millis(one.expires_at) for one in linked), default=None)
    return {"endStreamAction": {} if soonest is None else {"minUrlExpirationTimestamp": soonest}}


def written(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """Lines of JSON."""
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def _plain(linked: Linked, *, stats: bool) -> Line:
    file = linked.file
    line: Line = {
        "url": linked.url,
        "id": file.id,
        "partitionValues": {},
        "size": file.size_bytes,
        "expirationTimestamp": _millis(linked.expires_at),
    }
    if stats:
        line["stats"] = file.stats
    return line | _placed(linked)


def _delta(linked: Linked, action: str, *, stats: bool) -> Line:
    file = linked.file
    inner: Line = {"path": linked.url, "partitionValues": {}, "size": file.size_bytes, "dataChange": action == "add"}
    if action == "add":
        inner["modificationTime"] = _millis(linked.at) if linked.at is not None else 0
    if stats:
        inner["stats"] = file.stats
    outer = {"id": file.id, "size": file.size_bytes, "expirationTimestamp": _millis(linked.expires_at)}
    return {**outer, **_placed(linked), "deltaSingleAction": {action: inner}}


def _placed(linked: Linked) -> Line:
    if linked.version is None or linked.at is None:
        return {}
    return {"version": linked.version, "timestamp": _millis(linked.at)}


def _millis(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000
