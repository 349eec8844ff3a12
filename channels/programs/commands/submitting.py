"""Submitting a program: its use of the licence is counted in the unit that queues it."""

from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy import func, select

from channels.computing.commands.asking import Purchase, purchase
from channels.programs import queries
from channels.programs.errors import (
    ProgramDataTooLarge,
    ProgramRunsSpent,
    ProgramsNotOffered,
    ProgramsNotRunHere,
    ProgramTablesMissing,
    ProgramUnderWay,
    ProgramUnfit,
)
from channels.programs.models import ProgramOffer, ProgramRun
from channels.programs.rules import RULES, ProgramRules, is_table, program_faults
from channels.programs.schemas import ProgramRunView, SetProgramOffer, SubmitProgram
from channels.programs.states import PROGRAM_RUN, UNCOUNTED, UNDER_WAY
from channels.publishing import queries as publishing
from contracts.agreements.models import Agreement
from contracts.metering.schemas import Access
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import lock_name
from kernel.jobs.queue import enqueue
from market.delivery import access
from market.delivery.queries import ScopedFile
from rights.assets import queries as assets
from rights.assets.models import RevisionMeasure
from rights.assets.queries import RevisionFile

JOB: Final = "channels.programs.run"
RETRY_SECONDS: Final = 30

Table = RevisionFile | ScopedFile


async def submit(act: Act, order_id: str, data: SubmitProgram) -> ProgramRunView:
    """Queue a program under an agreement whose offer lets it run.

    Raises what an order's delivery does, FilesHandedOut, ProgramsNotOffered, ProgramsNotRunHere, ProgramUnfit,
    ProgramTablesMissing, ProgramDataTooLarge, TablesInPreparation, ScopeNotMade, ProgramUnderWay, ProgramRunsSpent and
    AccessRefused; then nothing is counted.
    """
    rules = RULES.at(act.today).body
    bought = await purchase(act, order_id, data.revision_id, data.place)
    offer = await queries.offer_of(act.session, bought.agreement)
    if offer is None:
        raise ProgramsNotOffered(agreement=bought.agreement.id)
    if not (here := await queries.service(act)).available:
        raise ProgramsNotRunHere(missing=list(here.missing), retry_after_seconds=60)
    if faults := program_faults(data, rules):
        raise ProgramUnfit(errors=faults, count=len(faults))
    await _require_data(act, bought, rules)
    await _require_room(act, bought, offer)
    return await queries.view_of(act, await _queue(act, bought, offer, data, rules))


async def tables(act: Act, agreement: Agreement, revision_id: str) -> list[Table]:
    """The tables that an agreement licenses of a revision: made to its scope, or as they were registered.

    Raises TablesInPreparation and ScopeNotMade.
    """
    if agreement.scope_sha256 is not None:
        return list(await publishing.made_to_scope(act.session, agreement, revision_id))
    return [file for file in (await assets.revision(act.session, revision_id)).files if is_table(file.name)]


async def _require_data(act: Act, bought: Purchase, rules: ProgramRules) -> None:
    licensed = await tables(act, bought.agreement, bought.revision_id)
    if not licensed:
        raise ProgramTablesMissing(revision=bought.revision_id)
    size_bytes = sum(table.size_bytes for table in licensed)
    if size_bytes > rules.data_bytes_max:
        raise ProgramDataTooLarge(size_bytes=size_bytes, limit_bytes=rules.data_bytes_max)


async def _require_room(act: Act, bought: Purchase, offer: ProgramOffer) -> None:
    """One at a time of a buyer, under whichever agreements, and no more of an agreement than its provider lets run."""
    await lock_name(act.session, "program_run", bought.order.buyer)
    query = select(func.count()).where(ProgramRun.buyer == bought.order.buyer, ProgramRun.status.in_(UNDER_WAY))
    if int(await act.session.scalar(query) or 0):
        raise ProgramUnderWay(retry_after_seconds=RETRY_SECONDS)
    ran = select(func.count()).where(
        ProgramRun.agreement_id == bought.agreement.id, ProgramRun.status.not_in(UNCOUNTED)
    )
    limit = msgspec.convert(offer.terms, SetProgramOffer).runs_max
    if int(await act.session.scalar(ran) or 0) >= limit:
        raise ProgramRunsSpent(limit=limit)


async def _queue(
    act: Act, bought: Purchase, offer: ProgramOffer, data: SubmitProgram, rules: ProgramRules
) -> ProgramRun:
    order, agreement = bought.order, bought.agreement
    rows = await _rows(act, bought)
    wanted = Access(
        environment=rules.environment,
        revision_id=bought.revision_id,
        place=bought.place,
        rows=rows,
        seconds=rules.run_seconds_max,
    )
    await access.release(act, order, agreement, wanted)
    row = ProgramRun(
        id=ids.new("pgr"),
        order_id=order.id,
        agreement_id=agreement.id,
        asset_id=agreement.licensed.asset_id,
        revision_id=bought.revision_id,
        provider=agreement.provider,
        buyer=order.buyer,
        offer_id=offer.id,
        program=data.program,
        program_sha256=canonical.sha256_hex(data.program.encode()),
        result_names=list(data.results),
        rows_read=rows,
        limits={**rules.told, **offer.terms},
        due_at=act.at + timedelta(minutes=rules.queue_minutes_max),
        created_at=act.at,
    )
    facts = {"order": order.id, "program": row.program_sha256, "limits": row.limits}
    await lifecycle.begin(act, row, PROGRAM_RUN, parties=row.parties, **facts)
    await enqueue(act.session, JOB, {"run": row.id})
    return row


async def _rows(act: Act, bought: Purchase) -> int | None:
    """How many rows the program is given, as far as it is known."""
    if bought.agreement.scope_sha256 is not None:
        made = await publishing.made_to_scope(act.session, bought.agreement, bought.revision_id)
        return sum(file.rows for file in made)
    measured = await act.session.get(RevisionMeasure, bought.revision_id)
    return measured.record_count if measured is not None else None
