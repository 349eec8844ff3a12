"""The tables that a key may ask, as they are described to whoever holds it."""

from collections.abc import Sequence

from channels.publishing import queries as publishing
from channels.publishing.queries import Version
from channels.querying.schemas import QueryColumn, QueryTableView
from channels.shares import queries as shares
from channels.shares.wire import Speaking
from kernel.views import paging
from kernel.views.paging import Page


async def tables(speaker: Speaking, limit: int, cursor: str | None) -> Page[QueryTableView]:
    """The tables of the newest version, in the order of the data contract; raises as `shares.queries.newest` does."""
    newest, start = await shares.newest(speaker), paging.number_of(cursor, 0)
    end = start + limit
    histories = await publishing.histories(speaker.act.session, speaker.share)
    found = [histories[each.name.casefold()] for each in newest[start:end]]
    return Page([_view(each[-1], each) for each in found], paging.encode(str(end)) if end < len(newest) else None)


async def table(speaker: Speaking, name: str, version: int | None) -> QueryTableView:
    """A table in a version, else in the newest; raises as `shares.queries.history` and `publishing.chosen` do."""
    versions = await shares.history(speaker, speaker.share, shares.SCHEMA, name)
    return _view(publishing.chosen(versions, version), versions)


def _view(version: Version, versions: Sequence[Version]) -> QueryTableView:
    shown = version.table
    return QueryTableView(
        name=shown.name,
        version=version.version,
        available_at=version.available_at,
        revision_id=version.revision_id,
        rows=shown.rows,
        key=list(shown.key),
        columns=[QueryColumn(field["name"], field["type"]) for field in shown.schema["fields"]],
        versions=[each.version for each in versions],
    )
