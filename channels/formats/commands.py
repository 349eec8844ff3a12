"""Asking for a table in another format, keeping what came of it, opening it with a link, and letting it go."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Unpack

import msgspec
from sqlalchemy import update

from channels.formats import queries
from channels.formats.errors import ConversionNotMade, ConversionStopped, TableNotDelivered, TooManyConversions
from channels.formats.making import Converted
from channels.formats.models import TableConversion
from channels.formats.policy import RULES
from channels.formats.schemas import AskConversion, ConversionLinkView, TableConversionView
from channels.formats.states import CONVERSION, STANDING, UNDER_WAY, ConversionAction, ConversionState
from channels.publishing import commands as publishing
from channels.publishing import queries as published
from channels.publishing.errors import PublicationFailed, ScopeNotMade
from channels.publishing.models import Publication, PublishedTable
from channels.publishing.states import PublicationState
from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.moments import Moment, follows
from contracts.terms.conveyance import environments
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.errors import DomainError
from kernel.jobs.queue import enqueue
from kernel.states import Role
from kernel.storage.links import Keyring
from kernel.storage.store import Stored
from market.delivery import commands as deliveries
from market.delivery import queries as handovers
from market.delivery.commands import OpeningRequest
from market.delivery.errors import DataDestroyed, DataStays, RevisionNotDelivered
from market.delivery_plans import queries as delivery_plans
from market.destructions import queries as destructions
from market.orders.models import Order
from valuation.quality.schemas import RunProblem
from valuation.quality.scoring.parts import problem_of

CONVERT: Final = "channels.convert"
"""The job that converts a table, once it is published."""

AGAIN_SECONDS: Final = 5
"""How often a conversion looks whether its table has been published."""


async def ask(act: Act, order_id: str, data: AskConversion) -> TableConversionView:
    """Have a table of what an order has bought converted; who asks for the same again is given that.

    Asking takes nothing of the licence. Raises what refuses the buyer its files, DataStays, RevisionNotDelivered,
    TableNotDelivered where it is known that there is no such table, PartNotReleased, PublicationFailed or ScopeNotMade
    where there is no published form to convert, and TooManyConversions.
    """
    order, agreement = await handovers.purchase(act, order_id, for_change=True)
    if not agreement.files:
        raise DataStays(order=order.id, environments=", ".join(environments(agreed_policy(agreement, act.at))))
    revisions = await published.delivered(act.session, agreement)
    revision_id = data.revision_id or revisions[-1]
    if revision_id not in revisions:
        raise RevisionNotDelivered(order=order.id, revision=revision_id)
    publication = await _publication(act, agreement, revision_id)
    if publication is None or publication.status is PublicationState.FAILED:
        await publishing.prepare(act, agreement.id)
        publication = await _publication(act, agreement, revision_id)
    table = None if publication is None else await _table(act, order, agreement, publication, data.table)
    name = data.table if table is None else table.name
    there = await queries.active_of(act.session, order.id)
    wanted = (revision_id, name.casefold(), data.format)
    row = next((each for each in there if (each.revision_id, each.table_key, each.format) == wanted), None)
    if row is None:
        _require_room(act, there)
        row = await _begin(act, order, agreement, revision_id, name, data)
    return queries.view(row, act.actor)


async def _publication(act: Act, agreement: Agreement, revision_id: str) -> Publication | None:
    return (await published.by_revision(act.session, [revision_id], agreement.scope_sha256)).get(revision_id)


async def _table(
    act: Act, order: Order, agreement: Agreement, publication: Publication, name: str
) -> PublishedTable | None:
    """The table of a publication by its name in any case, None while it is being made; raises why there is none."""
    if publication.status is PublicationState.FAILED:
        reason = published.reason_of(publication.problem or {})
        raise PublicationFailed(reason=reason) if agreement.scope_sha256 is None else ScopeNotMade(reason=reason)
    if publication.status is not PublicationState.PUBLISHED:
        return None
    tables = await published.tables_of(act.session, publication.id)
    for table in tables:
        if table.name.casefold() == name.casefold():
            await _require_released(act, order, table.source_name)
            return table
    raise TableNotDelivered(table=name, tables=", ".join(table.name for table in tables))


async def _require_released(act: Act, order: Order, source_name: str) -> None:
    """Raise PartNotReleased where an order is delivered in parts and that of a table is still to come."""
    names = await delivery_plans.handed_out(act.session, order)
    if names is not None and source_name not in names:
        raise await delivery_plans.not_released(act.session, order)


def _require_room(act: Act, there: Sequence[TableConversion]) -> None:
    numbers = RULES.at(act.today).body
    under_way = sum(1 for row in there if row.status in UNDER_WAY)
    if under_way >= numbers.under_way_max or len(there) >= numbers.standing_max:
        raise TooManyConversions(under_way=numbers.under_way_max, standing=numbers.standing_max)


async def _begin(
    act: Act, order: Order, agreement: Agreement, revision_id: str, name: str, data: AskConversion
) -> TableConversion:
    row = TableConversion(
        id=ids.new("tcv"),
        order_id=order.id,
        agreement_id=agreement.id,
        buyer=order.buyer,
        provider=agreement.provider,
        revision_id=revision_id,
        table_name=name,
        table_key=name.casefold(),
        format=str(data.format),
        problem=None,
        source_name=None,
        source_sha256=None,
        rows=None,
        rows_done=0,
        attempts=0,
        begun_at=None,
        neutralised=None,
        sha256=None,
        size_bytes=None,
        storage_key=None,
        due_at=act.at + timedelta(minutes=RULES.at(act.today).body.queue_minutes_max),
        created_at=act.at,
    )
    facts = {"order": order.id, "revision": revision_id, "format": row.format}
    await lifecycle.begin(act, row, CONVERSION, parties=[row.buyer, row.provider], **facts)
    await queue(act, row)
    return row


async def queue(act: Act, row: TableConversion, delay: timedelta | None = None) -> None:
    """Queue an attempt at a conversion: of jobs that wait for their turn with the same one the first takes it up."""
    payload = {"conversion": row.id, "attempt": row.attempts}
    await enqueue(act.session, CONVERT, payload, delay=delay, dedupe=f"{CONVERT}/{row.id}/{row.attempts}")


async def begin(act: Act, conversion_id: str, attempt: int) -> tuple[TableConversion, PublishedTable] | None:
    """Take a conversion up, again after a crash, with its table; None for one that is over or waits for its table.

    `attempt` is how many there were when this one was queued: after another has begun it is none any more, since two
    at once would make, and clear away, one file.
    """
    row = await locked(act.session, TableConversion, conversion_id)
    if row.status not in UNDER_WAY or row.attempts != attempt:
        return None
    try:
        table = await _found(act, row)
    except DomainError as problem:
        await _fail(act, row, problem_of(problem))
        return None
    if table is None:
        await queue(act, row, delay=timedelta(seconds=AGAIN_SECONDS))
        return None
    row.source_name, row.source_sha256, row.rows = table.source_name, table.source_sha256, table.rows
    row.table_name, row.rows_done, row.attempts, row.begun_at = table.name, 0, row.attempts + 1, act.at
    if row.status is ConversionState.QUEUED:
        await _advance(act, row, ConversionAction.START)
    return row, table


async def _found(act: Act, row: TableConversion) -> PublishedTable | None:
    """The table of a conversion whose buyer may have it still; raises why it may not, or why there is none."""
    agreement = (await handovers.require_due(act, order := await one(act.session, Order, row.order_id))).agreement
    await _require_kept(act, row)
    publication = await _publication(act, agreement, row.revision_id)
    return None if publication is None else await _table(act, order, agreement, publication, row.table_name)


async def _require_kept(act: Act, row: TableConversion) -> None:
    """Raise DataDestroyed where the revision is destroyed, or is to be: nothing more is made of it."""
    if (since := await destructions.destroyed_since(act.session, row.revision_id)) is not None:
        raise DataDestroyed(since=since.isoformat())


async def go_on(act: Act, conversion_id: str, rows_done: int) -> bool:
    """Note how far it is; says whether it is still wanted and its buyer may still have it."""
    row = await locked(act.session, TableConversion, conversion_id)
    if row.status is not ConversionState.RUNNING:
        return False
    row.rows_done = rows_done
    try:
        await _found(act, row)
    except DomainError as problem:
        await _fail(act, row, problem_of(problem))
    return row.status is ConversionState.RUNNING


async def finish(act: Act, conversion_id: str, made: Converted, key: str, file: Stored) -> bool:
    """Keep what was made for its time; False where nobody wants it, or may have it, any more."""
    if not await go_on(act, conversion_id, 0):
        return False
    row = await locked(act.session, TableConversion, conversion_id)
    row.storage_key, row.sha256, row.size_bytes = key, file.sha256, file.size_bytes
    row.rows_done, row.neutralised, row.due_at = row.rows or 0, made.neutralised, _kept_until(act)
    await _advance(act, row, ConversionAction.FINISH, sha256=file.sha256)
    return True


def _kept_until(act: Act) -> datetime:
    return act.at + timedelta(days=RULES.at(act.today).body.kept_days)


async def fail(act: Act, conversion_id: str, problem: RunProblem) -> None:
    """Nothing comes of a conversion."""
    await _fail(act, await locked(act.session, TableConversion, conversion_id), problem)


async def _fail(act: Act, row: TableConversion, problem: RunProblem) -> None:
    if row.status in UNDER_WAY:
        row.problem, row.due_at = msgspec.to_builtins(problem), None
        await _advance(act, row, ConversionAction.FAIL, problem=problem.code)


async def time_over(act: Act, conversion_id: str) -> None:
    """What was not made in time has failed, and what nobody has opened for as long as it is kept is removed."""
    row = await locked(act.session, TableConversion, conversion_id)
    if row.due_at is None or row.due_at > act.at:
        return
    if row.status is ConversionState.MADE:
        row.due_at = None
        await _advance(act, row, ConversionAction.REMOVE)
    else:
        await _fail(act, row, problem_of(ConversionStopped(seconds=RULES.at(act.today).body.seconds_max)))


async def remove(act: Act, conversion_id: str) -> None:
    """The buyer gives a conversion up, or its file: it opens nothing from now on, and goes from the store.

    Raises NotFound for others than the buyer, and IllegalTransition for one that is over.
    """
    row = await locked(act.session, TableConversion, conversion_id)
    queries.AUDIENCE.require_party(act.actor, conversion_id, row.buyer)
    await lifecycle.advance(
        act, row, CONVERSION, ConversionAction.REMOVE, Role.BUYER, parties=[row.buyer, row.provider]
    )
    row.due_at = None


@follows(Moment.SUCCEEDED)
async def pass_on(act: Act, agreement: Agreement) -> None:
    """What stands was made of the data of whoever provides it now."""
    of_it = (TableConversion.agreement_id == agreement.id, TableConversion.status.in_(STANDING))
    await act.session.execute(update(TableConversion).where(*of_it).values(provider=agreement.provider))


async def forget(act: Act, conversion_id: str) -> None:
    """Note that the file of a removed conversion is gone."""
    row = await locked(act.session, TableConversion, conversion_id)
    if row.status is ConversionState.REMOVED:
        row.storage_key = None


async def link(
    act: Act, conversion_id: str, *, keyring: Keyring, public_url: str, **request: Unpack[OpeningRequest]
) -> ConversionLinkView:
    """Open a converted file with a link: one use of the licence, as opening the revision's files is.

    Raises NotFound for others than the buyer, ConversionNotMade, PartNotReleased, and what refuses the buyer its files.
    """
    row = await locked(act.session, TableConversion, conversion_id)
    queries.AUDIENCE.require_party(act.actor, conversion_id, row.buyer)
    if row.status is not ConversionState.MADE:
        raise ConversionNotMade(state=str(row.status))
    request["revision_id"] = row.revision_id
    opening = await deliveries.open_revision(act, row.order_id, **request)
    await _require_released(act, await one(act.session, Order, row.order_id), str(row.source_name))
    row.due_at = max(_kept_until(act), opening.expires_at)
    return ConversionLinkView(
        conversion=queries.view(row, act.actor),
        expires_at=opening.expires_at,
        serves=opening.serves,
        to=opening.to,
        url=opening.url(keyring, f"{public_url}/table-conversions/{row.id}", row.id),
    )


async def _advance(act: Act, row: TableConversion, action: ConversionAction, **facts: str) -> None:
    parties = [row.buyer, row.provider]
    await lifecycle.advance(act.by(SYSTEM), row, CONVERSION, action, Role.SYSTEM, parties=parties, **facts)
