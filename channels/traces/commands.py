"""Asking for traces, calling them off, running them, and keeping what they found."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

import msgspec

from channels.marking.keys import delivery_key, master_key
from channels.marking.scoring import bound, shown
from channels.traces import queries
from channels.traces.errors import NothingMarked, TracedFileTooLarge, TracesRunning, TraceStopped
from channels.traces.models import Trace
from channels.traces.policy import TRACES, TracePolicy
from channels.traces.queries import Product
from channels.traces.schemas import AskForTrace, DeliveryNamed, TraceResult, TraceView
from channels.traces.states import ASKING, OPEN, TRACE, TraceAction, TraceState, Verdict
from channels.traces.tracing import Candidate, Outcome, Score, TracedFile, Tracing
from contracts.agreements.models import Agreement
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import canonical
from kernel.db import lock_name, locked, one
from kernel.documents.commands import issue
from kernel.errors import FieldError, InvalidInput
from kernel.identity.models import Party
from kernel.jobs.queue import enqueue
from kernel.rules.policy import PolicyRef
from kernel.states import Role
from kernel.storage.objects import in_thread
from kernel.storage.store import Storage
from kernel.text import Text
from kernel.time.clock import timestamp
from kernel.uploads.models import StoredFile
from kernel.uploads.queries import own_file
from rights.assets import queries as assets
from valuation.quality.policy import policies
from valuation.quality.schemas import RunProblem
from valuation.quality.scoring.parts import problem_of

JOB: Final = "channels.trace"
RULE: Final = "LT-TRC-04"
MEANING: Final = Text(
    "本结果是证据，不是证明：它表明文件带有为所列交付所作的标记，不表明何人、以何种方式使其流出；取得副本者、"
    "其受托方或侵入其系统者均可能。",
    "This is evidence and no proof: it says that the file bears marks that were made for the deliveries named, not who"
    " let it out or how; whoever got the copy, whom it entrusted, or who broke in may have done so.",
)


async def ask(act: Act, data: AskForTrace) -> TraceView:
    """Have a file traced. Raises NotFound, NothingMarked, InvalidInput, TracedFileTooLarge and TracesRunning."""
    assert act.actor.party is not None
    asset = await (
        assets.asset(act.session, ids.require("ast", data.asset_id))
        if queries.AUDIENCE.watches(act.actor)
        else assets.own_asset(act, data.asset_id)
    )
    file, numbers = await own_file(act, data.file_id), TRACES.at(act.today)
    product = await queries.product(act.session, asset.id)
    if product is None:
        raise NothingMarked(asset=asset.id)
    if file.size_bytes > numbers.body.file_bytes_max:
        raise TracedFileTooLarge(limit_bytes=numbers.body.file_bytes_max)
    await lock_name(act.session, "trace", act.actor.party)
    if await queries.count_open(act.session, act.actor.party) >= numbers.body.running_max:
        raise TracesRunning(limit=numbers.body.running_max)
    row = Trace(
        id=ids.new("trc"),
        asset_id=asset.id,
        requested_by=act.actor.party,
        file_id=file.id,
        data_table=table_of(product, data.table),
        policy=msgspec.to_builtins(numbers.ref),
        steps_done=0,
        steps_total=0,
        attempts=0,
        result=None,
        problem=None,
        document_id=None,
        due_at=act.at + timedelta(minutes=numbers.body.patience_minutes),
        ended_at=None,
        created_at=act.at,
    )
    facts = {"asset": asset.id, "file_sha256": file.sha256, "rule": RULE}
    await lifecycle.begin(act, row, TRACE, parties=[row.requested_by], **facts)
    await _queue(act, row)
    return await queries.view(act.session, row, act.actor)


def table_of(product: Product, asked: str | None) -> str:
    """The table that a file is of; raises InvalidInput for one without marks, and where several have some."""
    if asked in product.copies or (asked is None and len(product.copies) == 1):
        return asked or next(iter(product.copies))
    names = ", ".join(sorted(product.copies))
    text = Text(f"须为带标记的数据表之一：{names}", f"Name one of the tables that bear marks: {names}")
    raise InvalidInput(errors=[FieldError("/table", text, RULE)])


async def cancel(act: Act, trace_id: str) -> TraceView:
    """Call a trace off that has not ended; its process ends at its next step."""
    row = await locked(act.session, Trace, trace_id)
    queries.AUDIENCE.require(act.actor, row.id, row.requested_by)
    queries.AUDIENCE.require_party(act.actor, row.id, row.requested_by)
    role = next(role for role in ASKING if act.actor.has(role))
    await _end(act, row, TraceAction.CANCEL, role)
    return await queries.view(act.session, row, act.actor)


async def _queue(act: Act, row: Trace) -> None:
    """Queue an attempt at a trace: of jobs that wait for their turn with the same one the first takes it up."""
    payload = {"trace": row.id, "attempt": row.attempts}
    await enqueue(act.session, JOB, payload, dedupe=f"{JOB}/{row.id}/{row.attempts}")


async def begin(act: Act, trace_id: str, attempt: int) -> Trace | None:
    """Take a trace up, again after a crash, some times at most; None where there is nothing left to do.

    `attempt` is how many there were when this one was queued: after another has begun it is none any more.
    """
    row = await locked(act.session, Trace, trace_id)
    if row.status not in OPEN or row.attempts != attempt:
        return None
    numbers = _numbers(row)
    if row.attempts >= numbers.attempts_max:
        await _failed(act, row, problem_of(TraceStopped(seconds=numbers.seconds_max)))
        return None
    if row.status is TraceState.QUEUED:
        await lifecycle.advance(act.by(SYSTEM), row, TRACE, TraceAction.START, Role.SYSTEM, parties=[row.requested_by])
    row.attempts, row.due_at = row.attempts + 1, act.at + timedelta(minutes=numbers.patience_minutes)
    return row


async def note_progress(act: Act, trace_id: str, done: int, total: int) -> bool:
    """Keep how far a trace is; says whether it is still to go on."""
    row = await locked(act.session, Trace, trace_id)
    if row.status is not TraceState.RUNNING:
        return False
    row.steps_done, row.steps_total = done, total
    row.due_at = act.at + timedelta(minutes=_numbers(row).patience_minutes)
    return True


async def tracing(
    act: Act, storage: Storage, product: Product, table: str, file: TracedFile, numbers: TracePolicy
) -> Tracing:
    """What a process is given to trace a file with: the keys of all deliveries of a product whose copies bear marks."""
    copies = product.copies[table]
    master = await in_thread(master_key, storage.keys)
    kinds = {field["name"]: str(field["type"]) for copy in copies for field in copy.table.schema["fields"]}
    needed = {name for copy in copies for name in (*copy.table.key, *(one.column for one in copy.marks.columns))}
    return Tracing(
        document=product.document,
        policy_version=policies().at(act.today).meta.version,
        file=file,
        table=table,
        types={column: kind for column, kind in kinds.items() if column in needed},
        candidates=tuple(
            Candidate(copy.agreement_id, delivery_key(master, copy.agreement_id), copy.marks, tuple(copy.table.key))
            for copy in copies
        ),
        deliveries=product.deliveries,
        alpha=numbers.alpha,
        rows_max=numbers.rows_max,
    )


async def finish(act: Act, trace_id: str, outcome: Outcome, deliveries: int) -> None:
    """Keep what a trace found with a signed report of it, or why it found nothing."""
    row = await locked(act.session, Trace, trace_id)
    if row.status is not TraceState.RUNNING:
        return
    if outcome.problem is not None:
        await _failed(act, row, outcome.problem)
        return
    told = await result(act, outcome, deliveries, _numbers(row).alpha)
    file = await one(act.session, StoredFile, row.file_id)
    row.result = msgspec.to_builtins(told)
    claims = {
        "trace": row.id,
        "asset": row.asset_id,
        "asset_name": (await assets.asset(act.session, row.asset_id)).name,
        "requested_by": row.requested_by,
        "file": {"name": file.name, "sha256": file.sha256, "size_bytes": file.size_bytes},
        "data_table": row.data_table,
        "policy": row.policy,
        "result": row.result,
        "traced_at": timestamp(act.at),
    }
    document = await issue(act, "trace-report", row.id, claims, parties=[row.requested_by])
    row.document_id = document.id
    row.steps_done = row.steps_total = len(outcome.scores)
    facts = {"verdict": str(told.verdict), "result_sha256": canonical.digest(row.result), "rule": RULE}
    await _end(act, row, TraceAction.FINISH, Role.SYSTEM, **facts)


async def fall_due(act: Act, trace_id: str) -> None:
    """A trace of which nothing was heard is taken up again."""
    row = await locked(act.session, Trace, trace_id)
    if row.due_at is not None and row.due_at <= act.at:
        row.due_at = act.at + timedelta(minutes=_numbers(row).patience_minutes)
        await _queue(act, row)


async def result(act: Act, outcome: Outcome, deliveries: int, alpha: Decimal) -> TraceResult:
    """What the scores of a file mean: only who is accused is named, the least likely by chance first."""
    accused = sorted((each for each in outcome.scores if each.accused), key=lambda each: each.chance_log10)
    verdict = Verdict.NAMED if accused else Verdict.NOT_ENOUGH if outcome.marks_needed is None else Verdict.NOBODY
    return TraceResult(
        verdict=verdict,
        rows_read=outcome.rows_read,
        rows_told=outcome.rows_told,
        columns_read=list(outcome.columns_read),
        key_missing=list(outcome.key_missing),
        deliveries=deliveries,
        tried=len(outcome.scores),
        alpha=f"{alpha:e}",
        marks_seen_most=max((each.marks_seen for each in outcome.scores), default=0),
        marks_needed=outcome.marks_needed,
        chance_of_any=shown(bound(accused[0].chance_log10, deliveries)) if accused else None,
        named=await _named(act, accused, outcome),
        meaning=MEANING,
    )


async def _named(act: Act, accused: Sequence[Score], outcome: Outcome) -> list[DeliveryNamed]:
    named = []
    for score in accused:
        agreement = await one(act.session, Agreement, score.agreement_id)
        omits = score.omits_one_in
        named.append(
            DeliveryNamed(
                order_id=str(agreement.order_id),
                agreement_id=agreement.id,
                buyer=agreement.consumer,
                buyer_name=(await one(act.session, Party, agreement.consumer)).name,
                marks_seen=score.marks_seen,
                marks_agreeing=score.marks_agreeing,
                chance=shown(score.chance_log10),
                omitted_rows_seen=None if omits is None else score.omitted_rows_seen,
                omitted_rows_expected=None if omits is None else round(outcome.rows_told / omits),
            )
        )
    return named


def _numbers(row: Trace) -> TracePolicy:
    return TRACES.version(msgspec.convert(row.policy, PolicyRef).version).body


async def _failed(act: Act, row: Trace, problem: RunProblem) -> None:
    row.problem = msgspec.to_builtins(problem)
    await _end(act, row, TraceAction.FAIL, Role.SYSTEM, problem=problem.code)


async def _end(act: Act, row: Trace, action: TraceAction, role: Role, **facts: str) -> None:
    row.due_at, row.ended_at = None, act.at
    by = act.by(SYSTEM) if role is Role.SYSTEM else act
    await lifecycle.advance(by, row, TRACE, action, role, parties=[row.requested_by], **facts)
