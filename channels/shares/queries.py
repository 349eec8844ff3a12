"""The tables of a share as the protocol asks for them."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.keys.models import ChannelKey, ChannelUse
from channels.publishing import queries as publishing
from channels.publishing.errors import PublicationFailed, ScopeNotMade, TablesInPreparation, VersionMissing
from channels.publishing.models import Publication, PublishedTable
from channels.publishing.queries import FileRow, Version
from channels.publishing.states import PublicationState
from channels.shares.errors import ChangesUnavailable, SharedThingMissing, ShareRequestUnreadable
from channels.shares.lines import table_id
from channels.shares.models import ShareQuery
from channels.shares.wire import Speaking
from contracts.agreements.models import Agreement
from contracts.obligations.deletions.handed_over import CHANNELS, Handed
from kernel.errors import DomainError, FieldError, InvalidInput
from kernel.text import Text
from kernel.views import paging
from market.delivery.queries import FILE_READINGS
from market.delivery_plans import queries as delivery_plans
from market.orders.models import Order

SCHEMA: Final = "data"
"""The one schema of every share."""

PAGE_MAX: Final = 1000
T = TypeVar("T")


def require_share(speaker: Speaking, share: str, schema: str | None = None) -> None:
    """Names are told apart without case; raises SharedThingMissing for any but the key's own share and its schema."""
    if share.casefold() != speaker.share.casefold():
        raise SharedThingMissing(name=share[:255])
    if schema is not None and schema.casefold() != SCHEMA:
        raise SharedThingMissing(name=f"{share[:255]}.{schema[:255]}")


def page(items: Sequence[T], most: int | None, token: str | None) -> dict[str, Any]:
    """A page of a list by the protocol: its items, and the token of the next page where there is one."""
    start = paging.number_of(token, 0)
    end = start + min(PAGE_MAX if most is None else most, PAGE_MAX)
    more = {"nextPageToken": paging.encode(str(end))} if end < len(items) else {}
    return {"items": list(items[start:end]), **more}


async def newest(speaker: Speaking) -> Sequence[PublishedTable]:
    """The tables of the newest version of the share; raises as `history` does."""
    session = speaker.act.session
    versions = await publishing.versions_of(session, speaker.share)
    if not versions:
        raise await _nothing_yet(speaker)
    order = speaker.holder.handover.order
    return await handed_out(session, order, await publishing.tables_of(session, versions[-1].publication_id))


async def tables(speaker: Speaking) -> list[dict[str, str]]:
    """The same as the protocol lists them."""
    share = speaker.share
    return [
        {"name": each.name, "schema": SCHEMA, "share": share, "shareId": share, "id": table_id(share, each.name)}
        for each in await newest(speaker)
    ]


async def history(speaker: Speaking, share: str, schema: str, table: str) -> list[Version]:
    """Every version of a table.

    Raises SharedThingMissing, TablesInPreparation or PublicationFailed, and PartNotReleased.
    """
    require_share(speaker, share, schema)
    found = await publishing.history(speaker.act.session, speaker.share, table)
    if not found:
        if not await publishing.versions_of(speaker.act.session, speaker.share):
            raise await _nothing_yet(speaker)
        raise SharedThingMissing(name=f"{share[:255]}.{schema[:255]}.{table[:255]}")
    order = speaker.holder.handover.order
    out = {table.id for table in await handed_out(speaker.act.session, order, [each.table for each in found])}
    return [each for each in found if each.table.id in out]


async def handed_out(session: AsyncSession, order: Order, tables: Sequence[PublishedTable]) -> Sequence[PublishedTable]:
    """Those of some tables whose files are handed out, where an order is delivered in parts; raises PartNotReleased."""
    names = await delivery_plans.handed_out(session, order)
    if names is None:
        return tables
    if not (out := [table for table in tables if table.source_name in names]):
        raise await delivery_plans.not_released(session, order)
    return out


async def _nothing_yet(speaker: Speaking) -> DomainError:
    """Why a share has no version: something is being made, or nothing could be."""
    session, agreement = speaker.act.session, speaker.holder.handover.agreement
    revisions = await publishing.delivered(session, agreement)
    there = await publishing.by_revision(session, revisions, agreement.scope_sha256)
    failed = [row.problem for row in there.values() if row.status is PublicationState.FAILED]
    if len(failed) < len(revisions) or failed[-1] is None:
        return TablesInPreparation()
    reason = publishing.reason_of(failed[-1])
    return PublicationFailed(reason=reason) if agreement.scope_sha256 is None else ScopeNotMade(reason=reason)


def moment(text: str, name: str) -> datetime:
    """A moment of a request, with its zone; raises InvalidInput."""
    try:
        given = datetime.fromisoformat(text)
        read = given.astimezone(UTC) if given.tzinfo is not None else None
    except (ValueError, OverflowError):  # The last are moments that UTC has no year for.
        read = None
    if read is None:
        needed = Text("请用带时区的时间，如 2026-11-23T02:00:00Z", "Give a moment with its zone: 2026-11-23T02:00:00Z")
        raise InvalidInput(errors=[FieldError(f"/{name}", needed, "LT-CHN-04")])
    return read


def chosen(found: Sequence[Version], version: int | None, timestamp: str | None) -> Version:
    """The version asked for, or that of a moment, else the newest; raises VersionMissing and TableDropped."""
    if version is not None and timestamp is not None:
        text = Text("version 与 timestamp 只能给一个", "Give either version or timestamp")
        raise ShareRequestUnreadable(reason=text)
    if timestamp is None:
        return publishing.chosen(found, version)
    at = moment(timestamp, "timestamp")
    before = [each for each in found if each.available_at <= at]
    if not before:
        raise VersionMissing(version=timestamp[:40], newest=found[-1].version)
    return publishing.there(before[-1], at)


def starting(found: Sequence[Version], timestamp: str) -> Version:
    """The first version that was there at a moment or came after it; raises VersionMissing."""
    at = moment(timestamp, "startingTimestamp")
    after = [each for each in found if each.available_at >= at]
    if not after:
        raise VersionMissing(version=timestamp[:40], newest=found[-1].version)
    return after[0]


async def feed(session: AsyncSession, found: Sequence[Version], first: int, last: int) -> list[tuple[Version, FileRow]]:
    """The files of what changed in versions, both ends within; of the table's first version all of its rows.

    Raises ChangesUnavailable where one of them has no feed.
    """
    gathered: list[tuple[Version, FileRow]] = []
    before: PublishedTable | None = None
    for each in found:
        if first <= each.version <= last:
            gathered.extend((each, file) for file in await _changed(session, each, before))
        before = each.table
    return gathered


async def _changed(session: AsyncSession, version: Version, before: PublishedTable | None) -> Sequence[FileRow]:
    table = version.table
    if not table.key:
        raise ChangesUnavailable(version=version.version, reason="no-key")
    if before is None:
        return await publishing.files_of(session, table.id)
    compared = await publishing.comparison(session, table.id, before.id)
    if compared is None or compared.gap is not None:
        raise ChangesUnavailable(version=version.version, reason=compared.gap if compared else "not-compared")
    return await publishing.files_of(session, table.id, before.id)


Bound = tuple[int | None, str | None]
"""An end of a range of versions: by number or by moment, or neither."""


def span(found: Sequence[Version], first: Bound, last: Bound) -> tuple[Version, Version]:
    """The ends of a range of versions, both within.

    Raises ShareRequestUnreadable for a range without a beginning, with two, or that ends before it; VersionMissing.
    """
    if (first[0] is None) == (first[1] is None) or None not in last:
        text = Text(
            "请给 startingVersion 或 startingTimestamp 之一，结束端至多给一个",
            "Give one of startingVersion and startingTimestamp, and of the endings at most one",
        )
        raise ShareRequestUnreadable(reason=text)
    begin = starting(found, first[1]) if first[1] is not None else publishing.chosen(found, first[0])
    end = chosen(found, last[0], last[1])
    if end.version < begin.version:
        text = Text("结束版本早于开始版本", "The range ends before it begins")
        raise ShareRequestUnreadable(reason=text)
    return begin, end


def schemas(found: Sequence[Version], begin: Version, end: Version) -> list[Version]:
    """The versions of a range at which the table's schema is another than before, the first one included."""
    within = [each for each in found if begin.version <= each.version <= end.version]
    pairs = zip([None, *within], within, strict=False)
    return [each for before, each in pairs if before is None or before.table.schema != each.table.schema]


async def handed_over(session: AsyncSession, agreement: Agreement) -> list[Handed]:
    """What was read of a share, by revision, by the recipients of its keys; fetching follows a query for a while."""
    at, recipients = ShareQuery.at, func.array_agg(ChannelKey.recipient.distinct())
    query = (
        select(Publication.revision_id, func.count(ShareQuery.event.distinct()), func.min(at), func.max(at), recipients)
        .join(PublishedTable, PublishedTable.publication_id == Publication.id)
        .join(ShareQuery, ShareQuery.table_id == PublishedTable.id)
        .join(ChannelUse, ChannelUse.release_id == ShareQuery.release_id)
        .join(ChannelKey, ChannelKey.id == ChannelUse.channel_key_id)
        .where(ShareQuery.agreement_id == agreement.id)
        .group_by(Publication.revision_id)
    )
    return [Handed("share", *row) for row in await session.execute(query)]


CHANNELS.append(handed_over)


async def was_read(session: AsyncSession, order_id: str, names: Collection[str]) -> bool:
    """Whether a table of these files of an order was read by its share: whoever has read it cannot give it back."""
    query = (
        select(ShareQuery.event)
        .join(PublishedTable, PublishedTable.id == ShareQuery.table_id)
        .join(Agreement, Agreement.id == ShareQuery.agreement_id)
        .where(Agreement.order_id == order_id, PublishedTable.source_name.in_(names))
    )
    return bool(await session.scalar(select(query.exists())))


FILE_READINGS.append(was_read)
