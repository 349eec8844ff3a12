"""Queueing publications, keeping what came of them, and numbering the versions of each agreement."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from channels.publishing import queries
from channels.publishing.making.changes import gap
from channels.publishing.making.tables import MadeFile, MadeTable
from channels.publishing.models import Publication, PublishedFile, PublishedTable, SharedVersion, TableComparison
from channels.publishing.policy import PUBLISHING
from channels.publishing.states import PUBLICATION, PublicationAction, PublicationState
from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.policy import marks
from contracts.usage.scope.tree import plain
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import canonical
from kernel.db import lock_name, locked
from kernel.jobs.queue import enqueue
from kernel.states import Role
from kernel.storage.store import Stored
from rights.assets import queries as assets
from valuation.quality.schemas import RunProblem

PUBLISH: Final = "channels.publish"
"""The job that makes the shared form of a revision."""

BRING: Final = "channels.bring"
"""The job that numbers what was made as versions of an agreement."""

Kept = Mapping[str, tuple[str, Stored]]
"""By the path at which a file was made: the key under which it is stored, and what arrived there."""


async def prepare(act: Act, agreement_id: str) -> None:
    """Queue the publication of every revision that reached the agreement's buyer, and the numbering of versions."""
    agreement = await act.session.get_one(Agreement, agreement_id)
    revisions = await queries.delivered(act.session, agreement)
    there = await queries.by_revision(act.session, revisions, agreement.scope_sha256)
    for revision_id in revisions:
        row = there.get(revision_id) or await _queued(act, revision_id, agreement)
        if row.status is PublicationState.FAILED:
            await _try_again(act, await locked(act.session, Publication, row.id))
        if row.status in queries.UNDER_WAY:
            await enqueue(act.session, PUBLISH, {"publication": row.id}, dedupe=f"{PUBLISH}/{row.id}")
    await enqueue(act.session, BRING, {"agreement": agreement.id}, dedupe=f"{BRING}/{agreement.id}")


async def _queued(act: Act, revision_id: str, agreement: Agreement) -> Publication:
    """A revision's publication to what an agreement licenses, made where two want it at once by the first."""
    await lock_name(act.session, "publication", revision_id)
    policy = agreed_policy(agreement, act.at)
    there = await queries.by_revision(act.session, [revision_id], agreement.scope_sha256)
    if revision_id in there:
        return there[revision_id]
    revision = await assets.revision(act.session, revision_id)
    asset = await assets.asset(act.session, revision.asset_id)
    row = Publication(
        id=ids.new("pbl"),
        asset_id=asset.id,
        revision_id=revision.id,
        scope=plain(policy.scope) or None,
        marks=marks.plain(policy.marks) or None,
        marked_for=agreement.id if policy.marks else None,
        scope_sha256=agreement.scope_sha256,
        provider=asset.party_id,
        content_sha256=revision.content_sha256,
        manifest_sha256=None,
        problem=None,
        steps_done=0,
        steps_total=0,
        created_at=act.at,
    )
    await lifecycle.begin(act.by(SYSTEM), row, PUBLICATION, parties=[row.provider], revision=revision.id)
    return row


async def _try_again(act: Act, row: Publication) -> None:
    """Queue anew what failed a while ago: the revision may have been scored by another contract since.

    What others have a later version than is left: versions follow each other.
    """
    since = act.at - timedelta(hours=PUBLISHING.at(act.today).body.failed_again_after_hours)
    failed = row.status is PublicationState.FAILED and row.status_changed_at < since
    if failed and not await queries.is_passed_by(act.session, row):
        await _step(act, row, PublicationAction.RETRY)
        row.problem = None


async def begin(act: Act, publication_id: str) -> Publication | None:
    """Take up a publication, again after a crash; None when there is nothing left to do."""
    row = await locked(act.session, Publication, publication_id)
    if row.status not in queries.UNDER_WAY:
        return None
    if row.status is PublicationState.QUEUED:
        await _step(act, row, PublicationAction.START)
    return row


async def note_progress(act: Act, publication_id: str, done: int, total: int) -> None:
    """Keep how far the making is."""
    row = await locked(act.session, Publication, publication_id)
    row.steps_done, row.steps_total = done, total


async def fail(act: Act, publication_id: str, problem: RunProblem) -> None:
    """End a publication with the reason why there is none."""
    row = await locked(act.session, Publication, publication_id)
    if row.status not in queries.UNDER_WAY:
        return
    row.problem = msgspec.to_builtins(problem)
    await _step(act, row, PublicationAction.FAIL, problem=problem.code)


async def finish(act: Act, publication_id: str, tables: Sequence[MadeTable], kept: Kept) -> None:
    """Keep the tables with the digests of their files, and have every agreement that waits number its version."""
    row = await locked(act.session, Publication, publication_id)
    if row.status not in queries.UNDER_WAY:
        return
    for n, table in enumerate(tables):
        made = PublishedTable(
            id=ids.new("pbt"),
            publication_id=row.id,
            n=n,
            name=table.name,
            schema=table.schema,
            key=list(table.key),
            rows=table.rows,
            source_name=table.source_name,
            source_sha256=table.source_sha256,
            unread_values=table.unread_values,
            lost_rows=table.lost_rows,
        )
        act.session.add(made)
        await act.session.flush()  # Its files refer to it.
        act.session.add_all(_files(made.id, None, table.files, kept))
    row.manifest_sha256, row.steps_done, row.steps_total = _manifest(row, tables, kept), len(tables), len(tables)
    facts = {"content_sha256": row.content_sha256, "manifest_sha256": row.manifest_sha256}
    await _step(act, row, PublicationAction.FINISH, **facts)
    for agreement_id in await queries.waiting_for(act.session, row):
        await enqueue(act.session, BRING, {"agreement": agreement_id}, dedupe=f"{BRING}/{agreement_id}")


def _files(table_id: str, before_id: str | None, files: Sequence[MadeFile], kept: Kept) -> list[PublishedFile]:
    return [
        PublishedFile(
            id=ids.new("pbf"),
            table_id=table_id,
            before_id=before_id,
            n=n,
            rows=file.rows,
            sha256=kept[file.path][1].sha256,
            size_bytes=kept[file.path][1].size_bytes,
            storage_key=kept[file.path][0],
            stats=file.stats,
        )
        for n, file in enumerate(files)
    ]


def _manifest(row: Publication, tables: Sequence[MadeTable], kept: Kept) -> str:
    """The digest of what was made of what (RFC 8785): the revision, and each table's sources and files by digest."""
    told = [
        {
            "name": table.name,
            "source": {"name": table.source_name, "sha256": table.source_sha256},
            "files": [{"sha256": kept[file.path][1].sha256, "rows": file.rows} for file in table.files],
        }
        for table in tables
    ]
    scope = {} if row.scope_sha256 is None else {"scope": row.scope_sha256}
    about = {"revision": row.revision_id, "content_sha256": row.content_sha256, **scope}
    return canonical.digest({**about, "tables": told})


async def _step(act: Act, row: Publication, action: PublicationAction, **facts: object) -> None:
    await act.session.flush()  # advance() reads the row again; what it holds must not be lost.
    await lifecycle.advance(act.by(SYSTEM), row, PUBLICATION, action, Role.SYSTEM, parties=[row.provider], **facts)


async def uncompared(act: Act, agreement_id: str) -> tuple[PublishedTable, PublishedTable] | None:
    """Two tables of one name, of the newest version and of the next one, that have yet to be compared; the older first.

    Where they can have no feed this is kept at once, and the next two are looked for. Nobody else numbers a version of
    the agreement before this unit ends, so that what is numbered in it was compared with the one before.
    """
    await lock_name(act.session, "shared-version", agreement_id)
    before, following = await _next(act, agreement_id)
    if before is None or following is None:
        return None
    old = {table.name: table for table in await queries.tables_of(act.session, before)}
    for table in await queries.tables_of(act.session, following.id):
        earlier = old.get(table.name)
        if earlier is None or await queries.comparison(act.session, table.id, earlier.id) is not None:
            continue
        reason = gap(earlier.schema, table.schema, (earlier.key, table.key))
        if reason is None:
            return earlier, table
        act.session.add(TableComparison(table_id=table.id, before_id=earlier.id, gap=reason))
    return None


async def keep_changes(
    act: Act, before: PublishedTable, table: PublishedTable, files: Sequence[MadeFile] | None, kept: Kept
) -> None:
    """Keep what changed from one table to another, or (None) that comparing them came to no end."""
    await lock_name(act.session, "comparison", table.id, before.id)
    if await queries.comparison(act.session, table.id, before.id) is None:
        gap_reason = "too-large" if files is None else None
        act.session.add(TableComparison(table_id=table.id, before_id=before.id, gap=gap_reason))
        act.session.add_all(_files(table.id, before.id, files or (), kept))


async def number_next(act: Act, agreement_id: str) -> bool:
    """Number the next publication as a version of an agreement; says whether there was one.

    A revision without a shared form is passed over, so that the numbers have no gap; one that is still being made holds
    up those after it.
    """
    await lock_name(act.session, "shared-version", agreement_id)
    _, following = await _next(act, agreement_id)
    if following is None:
        return False
    version = len(await queries.versions_of(act.session, agreement_id))
    act.session.add(
        SharedVersion(agreement_id=agreement_id, version=version, publication_id=following.id, available_at=act.at)
    )
    return True


async def _next(act: Act, agreement_id: str) -> tuple[str | None, Publication | None]:
    """The publication of an agreement's newest version, and the one to be numbered after it."""
    agreement = await act.session.get_one(Agreement, agreement_id)
    revisions = await queries.delivered(act.session, agreement)
    there = await queries.by_revision(act.session, revisions, agreement.scope_sha256)
    numbered = [row.publication_id for row in await queries.versions_of(act.session, agreement_id)]
    newest = numbered[-1] if numbered else None
    of_number = {publication.id: n for n, each in enumerate(revisions) if (publication := there.get(each)) is not None}
    last = max((of_number.get(each, -1) for each in numbered), default=-1)
    for revision_id in revisions[last + 1 :]:
        row = there.get(revision_id)
        if row is None or row.status in queries.UNDER_WAY:
            return newest, None
        if row.status is PublicationState.PUBLISHED and row.id not in numbered:
            return newest, row
    return newest, None
