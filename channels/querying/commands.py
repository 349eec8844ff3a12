"""Answering a question: what the key opens now, then the rows, then what it opens still, and what it is counted as."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import msgspec

from channels.keys.callers import KeyCaller
from channels.keys.errors import ChannelKeyUnknown
from channels.keys.queries import Holder
from channels.publishing import queries as publishing
from channels.publishing.making.columns import polars_schema
from channels.publishing.queries import FileRow, Version
from channels.querying import filters, rules
from channels.querying.cursors import Place, cursor_of, place_of
from channels.querying.errors import QueryCursorInvalid, QuestionFaulty, TableVersionWithdrawn
from channels.querying.pages import PageSpec, TablePage, read_page, under_way
from channels.querying.rules import QUERYING, Places, Querying, Question
from channels.querying.schemas import RowQuery, RowsView
from channels.querying.skipping import to_be_read
from channels.shares import metering
from channels.shares import queries as shares
from channels.shares.metering import Metered
from channels.shares.wire import Speaking
from contracts.metering import commands as gate
from contracts.metering.schemas import Access
from kernel.act import Act
from kernel.crypto import canonical
from kernel.errors import FieldError, InvalidInput
from kernel.http.idempotency import claim
from kernel.runtime import Runtime
from kernel.storage.keys import open_keyring
from market.delivery import access

OPERATION: Final = "query-rows"


@dataclass(frozen=True, slots=True)
class RowRequest:
    """A request for rows: of which table, what, where it says so, and under which name; a filter may be a `line`."""

    agreement_id: str
    table: str
    query: RowQuery
    places: Places
    line: str | None = None
    event_key: str | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be read: a version of a table with its files and which of them are `read`, a question, and a place."""

    version: Version
    files: Sequence[FileRow]
    read: Sequence[bool]
    question: Question
    place: Place
    rules: Querying


async def answer(caller: KeyCaller, request: RowRequest) -> RowsView:
    """The rows that are asked for, counted as one use of so many rows once they are there.

    The key is asked again before anything leaves: whoever lost it meanwhile gets nothing, and is charged nothing, as
    for what fails here. Raises ChannelKeyUnknown and what `KeyCaller.unit` raises, QuestionFaulty, QueryCursorInvalid,
    QueryCursorExpired, TableVersionWithdrawn, TooManyQueries, AccessRefused, IdempotencyKeyReused, and what
    `shares.queries.history` and `read_page` raise.
    """
    runtime = caller.runtime
    async with caller.unit() as (act, holder):
        require_agreement(holder, request.agreement_id)
        plan = await _plan(act, holder, request, runtime)
        spec = PageSpec(plan.question, plan.place.row, request.query.limit, holder.key.buyer)
    with under_way(runtime, request.agreement_id, plan.rules):
        page = await read_page(runtime, plan.files, plan.read, spec, plan.rules)
    async with caller.unit() as (act, holder):
        release_id = await _metered(act, holder, request, plan, page)
        caller.note(act, 200, release_id, page.size_bytes)
        return _view(act, plan, page, runtime)


def require_agreement(holder: Holder, agreement_id: str) -> None:
    """That a key is of an agreement; raises ChannelKeyUnknown, whether there is another one of that id or not."""
    if holder.key.agreement_id != agreement_id:
        raise ChannelKeyUnknown


async def _plan(act: Act, holder: Holder, request: RowRequest, runtime: Runtime) -> _Plan:
    speaker = Speaking(act, holder, runtime)
    versions = await shares.history(speaker, request.agreement_id, shares.SCHEMA, request.table)
    limits, sent = QUERYING.at(act.today).body, request.query
    question, faults = _question(request)
    row, number = 0, sent.version
    if sent.cursor is not None and not faults:
        keyring = open_keyring(runtime.settings)
        place = place_of(
            sent.cursor, request.agreement_id, request.table, question.digest, keyring, act.at, limits.cursor_hours
        )
        if number not in (None, place.version):
            raise QueryCursorInvalid
        row, number = place.row, place.version
        if all(each.version != number for each in versions):
            raise TableVersionWithdrawn(table=request.table, version=number)
    version = publishing.chosen(versions, number)
    faults += rules.faults_of(question, polars_schema(version.table.schema), limits, request.places)
    if faults:
        raise QuestionFaulty(errors=faults)
    place = Place(request.agreement_id, request.table, question.digest, version.version, row)
    files = await publishing.files_of(act.session, version.table.id)
    read = to_be_read(files, version.table.schema, question.filter)
    plan = _Plan(version, files, read, question, place, limits)
    if not await metering.is_metered(act, holder, _use(request, plan, TablePage())):
        await _require_use(act, holder, version)
    return plan


def _question(request: RowRequest) -> tuple[Question, list[FieldError]]:
    """What is asked, and what is wrong with a filter that is no condition; then the rest is looked at without it."""
    condition, faults = request.query.filter, []
    if request.line is not None:
        try:
            condition = filters.read(request.line)
        except InvalidInput as problem:
            faults = list(problem.errors)
    return Question(condition, request.query.select), faults


async def _require_use(act: Act, holder: Holder, version: Version) -> None:
    """That the agreement permits a use at all, before anything is read for it; raises AccessRefused."""
    order, agreement = holder.handover.order, holder.handover.agreement
    wanted = Access(revision_id=version.revision_id, rows=0)
    _, asked, standing = await access.question(act, order, agreement, wanted)
    gate.require(agreement, asked, standing)


async def _metered(act: Act, holder: Holder, request: RowRequest, plan: _Plan, page: TablePage) -> str:
    """Count what is given, as a share's query is counted: once for a question, or for the caller's name of it."""
    use = _use(request, plan, page)
    if request.event_key is not None:
        content = canonical.digest({**use.question, "table": plan.version.table.id})
        await claim(act.session, holder.key.id, request.event_key, content.encode(), act.at)
    return await metering.meter(act, holder, use)


def _use(request: RowRequest, plan: _Plan, page: TablePage) -> Metered:
    question = {"rows": plan.question.digest, "from": plan.place.row, "limit": request.query.limit}
    return Metered(plan.version, question, len(page.rows), page.size_bytes, request.event_key)


def _view(act: Act, plan: _Plan, page: TablePage, runtime: Runtime) -> RowsView:
    following = None
    if page.next_row is not None:
        place = msgspec.structs.replace(plan.place, row=page.next_row)
        following = cursor_of(place, open_keyring(runtime.settings), plan.rules.cursor_end(act.at))
    version = plan.version
    return RowsView(
        table=version.table.name,
        version=version.version,
        revision_id=version.revision_id,
        rows=cast(list[dict[str, Any]], [msgspec.Raw(row) for row in page.rows]),  # They are JSON already.
        next=following,
    )
