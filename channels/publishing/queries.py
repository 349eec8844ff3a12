"""Reading publications and the versions of an agreement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, and_, cast, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from channels.keys.models import ChannelKey
from channels.keys.queries import in_force
from channels.publishing.errors import ScopeNotMade, TableDropped, TablesInPreparation, VersionMissing
from channels.publishing.models import Publication, PublishedFile, PublishedTable, SharedVersion, TableComparison
from channels.publishing.states import PublicationState
from contracts.agreements.models import Agreement
from contracts.agreements.states import STANDING
from kernel.text import Text as Words
from kernel.time.clock import timestamp
from market.delivery.models import DeliveryUpdate
from market.delivery.queries import MADE_TO_SCOPE, ScopedFile
from market.destructions.queries import DERIVATIONS, MadeObject
from valuation.quality.models import DataContract, QualityRun, Scorecard

UNDER_WAY = (PublicationState.QUEUED, PublicationState.RUNNING)


class FileRow(NamedTuple):
    """A published file as it is listed; its statistics stay the JSON that they are sent as."""

    id: str
    before_id: str | None
    n: int
    rows: int
    sha256: str
    size_bytes: int
    storage_key: str
    stats: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one table under an agreement; `dropped_at` is when a version without the table came after it."""

    version: int
    available_at: datetime
    revision_id: str
    table: PublishedTable
    dropped_at: datetime | None


async def delivered(session: AsyncSession, agreement: Agreement) -> list[str]:
    """The revisions that reached an agreement's buyer, the agreed one first and then in the order of their numbers."""
    later = select(DeliveryUpdate.revision_id).where(DeliveryUpdate.order_id == agreement.order_id)
    return [agreement.licensed.revision_id, *await session.scalars(later.order_by(DeliveryUpdate.number))]


async def by_revision(
    session: AsyncSession, revisions: Sequence[str], scope_sha256: str | None
) -> dict[str, Publication]:
    """The publications of revisions that have one, made to a scope or (None) whole."""
    made = Publication.scope_sha256.is_not_distinct_from(scope_sha256)
    rows = await session.scalars(select(Publication).where(Publication.revision_id.in_(revisions), made))
    return {row.revision_id: row for row in rows}


async def made_from(session: AsyncSession, revisions: Sequence[str]) -> list[MadeObject]:
    """The files that were made of revisions: of their tables, and of what changed from or to one of them."""
    of_theirs = (
        select(PublishedTable.id)
        .join(Publication, Publication.id == PublishedTable.publication_id)
        .where(Publication.revision_id.in_(revisions))
    )
    query = (
        select(PublishedFile, PublishedTable.name)
        .join(PublishedTable, PublishedTable.id == PublishedFile.table_id)
        .where(or_(PublishedFile.table_id.in_(of_theirs), PublishedFile.before_id.in_(of_theirs)))
        .order_by(PublishedFile.id)
    )
    return [
        MadeObject(f"{table}/{file.id}.parquet", file.sha256, file.size_bytes, file.storage_key)
        for file, table in await session.execute(query)
    ]


DERIVATIONS.append(made_from)


async def made_to_scope(session: AsyncSession, agreement: Agreement, revision_id: str) -> list[ScopedFile]:
    """The files of a revision made to an agreement's scope; raises TablesInPreparation or ScopeNotMade."""
    tables = await _scoped_tables(session, agreement, revision_id)
    return [file for table in tables for file in await scoped_files(session, table)]


async def scoped_table(
    session: AsyncSession, agreement: Agreement, revision_id: str, file: str
) -> PublishedTable | None:
    """What of a registered file's table is licensed, None where nothing is; raises as `made_to_scope`."""
    tables = await _scoped_tables(session, agreement, revision_id)
    return next((table for table in tables if table.source_name == file), None)


async def _scoped_tables(session: AsyncSession, agreement: Agreement, revision_id: str) -> Sequence[PublishedTable]:
    row = (await by_revision(session, [revision_id], agreement.scope_sha256)).get(revision_id)
    if row is None or row.status in UNDER_WAY:
        raise TablesInPreparation
    if row.problem is not None:
        raise ScopeNotMade(reason=reason_of(row.problem))
    return await tables_of(session, row.id)


async def scoped_files(session: AsyncSession, table: PublishedTable) -> list[ScopedFile]:
    """The files of a table, under the names by which they are handed out."""
    files = await files_of(session, table.id)
    # No table has a dot in its name, so that no file of one has the name of another.
    names = [table.name] if len(files) == 1 else [f"{table.name}.{file.n}" for file in files]
    return [
        ScopedFile(f"{name}.parquet", file.rows, file.sha256, file.size_bytes, file.storage_key)
        for name, file in zip(names, files, strict=True)
    ]


MADE_TO_SCOPE.append(made_to_scope)


def reason_of(problem: Mapping[str, Any]) -> Words:
    """Why there is no shared form, in words."""
    return Words(problem["detail"]["zh"], problem["detail"]["en"])


async def contract_of(session: AsyncSession, revision_id: str) -> dict[str, Any] | None:
    """The data contract by which a revision was scored last, its provider's own before that of others."""
    query = (
        select(DataContract.document)
        .join(QualityRun, QualityRun.data_contract_id == DataContract.id)
        .join(Scorecard, Scorecard.run_id == QualityRun.id)
        .where(Scorecard.revision_id == revision_id)
        .order_by((Scorecard.scored_by == Scorecard.provider).desc(), Scorecard.scored_at.desc(), Scorecard.id.desc())
    )
    document: dict[str, Any] | None = await session.scalar(query.limit(1))
    return document


def unprepared(at: datetime, again_after: timedelta, failed_again_after: timedelta) -> Select[str]:
    """Agreements with a delivered revision for which something is to be done, of those that need its shared form.

    These are the ones with a key in force, and those whose licence has a scope: they are delivered in no other form.
    Its publication is missing, was interrupted, failed a while ago, or is there and no version of the agreement yet.
    """
    agreed = select(
        Agreement.id.label("agreement_id"),
        Agreement.revision_id.label("revision_id"),
        Agreement.scope_sha256.label("scope_sha256"),
    )
    brought = select(Agreement.id, DeliveryUpdate.revision_id, Agreement.scope_sha256).join(
        DeliveryUpdate, DeliveryUpdate.order_id == Agreement.order_id
    )
    reached = union_all(agreed, brought).subquery()
    versioned = and_(
        SharedVersion.agreement_id == reached.c.agreement_id, SharedVersion.publication_id == Publication.id
    )
    interrupted = Publication.status.in_(UNDER_WAY) & (Publication.status_changed_at < literal(at - again_after))
    failed = Publication.status == PublicationState.FAILED
    failed &= Publication.status_changed_at < literal(at - failed_again_after)
    scoped = Agreement.scope_sha256.is_not(None) & Agreement.status.in_(STANDING)
    served = union_all(select(ChannelKey.agreement_id).where(in_force(at)), select(Agreement.id).where(scoped))
    made = and_(
        Publication.revision_id == reached.c.revision_id,
        Publication.scope_sha256.is_not_distinct_from(reached.c.scope_sha256),
    )
    return (
        select(reached.c.agreement_id)
        .join(Publication, made, isouter=True)
        .join(SharedVersion, versioned, isouter=True)
        .where(
            reached.c.agreement_id.in_(served),
            SharedVersion.version.is_(None),
            or_(Publication.id.is_(None), Publication.status == PublicationState.PUBLISHED, interrupted, failed),
        )
        .distinct()
        .order_by(reached.c.agreement_id)
    )


async def is_passed_by(session: AsyncSession, publication: Publication) -> bool:
    """Whether anybody has a version of a later publication of the same asset and scope."""
    later = (
        select(SharedVersion.publication_id)
        .join(Publication, Publication.id == SharedVersion.publication_id)
        .where(
            Publication.asset_id == publication.asset_id,
            Publication.scope_sha256.is_not_distinct_from(publication.scope_sha256),
            Publication.created_at > publication.created_at,
        )
    )
    return bool(await session.scalar(select(later.exists())))


async def waiting_for(session: AsyncSession, publication: Publication) -> list[str]:
    """The agreements of its scope, with any key or with a scope, whose buyers a publication's revision has reached."""
    brought = select(DeliveryUpdate.order_id).where(DeliveryUpdate.revision_id == publication.revision_id)
    mine = or_(Agreement.revision_id == publication.revision_id, Agreement.order_id.in_(brought))
    served = or_(Agreement.scope_sha256.is_not(None), Agreement.id.in_(select(ChannelKey.agreement_id)))
    same = Agreement.scope_sha256.is_not_distinct_from(publication.scope_sha256)
    query = select(Agreement.id).where(mine, served, same)
    return list(await session.scalars(query.order_by(Agreement.id)))


async def versions_of(session: AsyncSession, agreement_id: str) -> Sequence[SharedVersion]:
    """The versions of an agreement, from zero on."""
    query = select(SharedVersion).where(SharedVersion.agreement_id == agreement_id)
    return (await session.scalars(query.order_by(SharedVersion.version))).all()


async def tables_of(session: AsyncSession, publication_id: str) -> Sequence[PublishedTable]:
    """The tables of a publication in the order of its contract."""
    query = select(PublishedTable).where(PublishedTable.publication_id == publication_id)
    return (await session.scalars(query.order_by(PublishedTable.n))).all()


async def history(session: AsyncSession, agreement_id: str, name: str) -> list[Version]:
    """Every version of a table under an agreement, by its name in any case; a version may lack it."""
    return (await histories(session, agreement_id)).get(name.casefold(), [])


async def histories(session: AsyncSession, agreement_id: str) -> dict[str, list[Version]]:
    """The same of every table, by its name in small letters."""
    query = (
        select(SharedVersion, Publication.revision_id, PublishedTable)
        .join(Publication, Publication.id == SharedVersion.publication_id)
        .join(PublishedTable, PublishedTable.publication_id == Publication.id)
        .where(SharedVersion.agreement_id == agreement_id)
        .order_by(SharedVersion.version, PublishedTable.n)
    )
    rows = (await session.execute(query)).all()
    came_at = {row.version: row.available_at for row, _, _ in rows}
    having = {(row.version, table.name.casefold()) for row, _, table in rows}
    made: dict[str, list[Version]] = {}
    for row, revision_id, table in rows:
        name, following = table.name.casefold(), row.version + 1
        dropped_at = None if (following, name) in having else came_at.get(following)
        made.setdefault(name, []).append(Version(row.version, row.available_at, revision_id, table, dropped_at))
    return made


def chosen(found: Sequence[Version], version: int | None) -> Version:
    """The version asked for, else the newest; raises VersionMissing and TableDropped."""
    for each in found:
        if each.version == version:
            return each
    if version is not None:
        raise VersionMissing(version=version, newest=found[-1].version)
    return there(found[-1])


def there(version: Version, at: datetime | None = None) -> Version:
    """A version of a table that is there still, or was at a moment; raises TableDropped.

    What was delivered stays licensed: the version is read by its number.
    """
    if version.dropped_at is not None and (at is None or version.dropped_at <= at):
        raise TableDropped(table=version.table.name, since=timestamp(version.dropped_at), last=version.version)
    return version


async def files_of(session: AsyncSession, table_id: str, before_id: str | None = None) -> list[FileRow]:
    """The files of a table, or of what changed since another; read as plain rows, since there may be thousands."""
    since = PublishedFile.before_id.is_(None) if before_id is None else PublishedFile.before_id == before_id
    columns = [getattr(PublishedFile, name) for name in FileRow._fields[:-1]]
    query = select(*columns, cast(PublishedFile.stats, Text)).where(PublishedFile.table_id == table_id, since)
    return [FileRow._make(row) for row in await session.execute(query.order_by(PublishedFile.n))]


async def comparison(session: AsyncSession, table_id: str, before_id: str) -> TableComparison | None:
    """Whether two tables were compared, and why there is no feed, if so."""
    return await session.get(TableComparison, (table_id, before_id))


async def shared_file(session: AsyncSession, file_id: str, agreement_id: str) -> PublishedFile | None:
    """A published file, if it belongs to a version of an agreement."""
    query = (
        select(PublishedFile)
        .join(PublishedTable, PublishedTable.id == PublishedFile.table_id)
        .join(SharedVersion, SharedVersion.publication_id == PublishedTable.publication_id)
        .where(PublishedFile.id == file_id, SharedVersion.agreement_id == agreement_id)
    )
    return await session.scalar(query.limit(1))
