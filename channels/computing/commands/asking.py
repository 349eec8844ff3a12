"""Asking for a run: what it costs is charged and its use of the licence counted in the unit that queues it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import func, select

from channels.computing import queries
from channels.computing.commands.offers import charge
from channels.computing.errors import (
    ComputingNotOffered,
    ParametersUnfit,
    RunsUnderWay,
    TableMissing,
    TableTooLarge,
    TemplateNotLicensed,
    TemplateSpent,
    TextTooLarge,
    UnitNotLicensed,
)
from channels.computing.grammar.parsing import understood
from channels.computing.grammar.query import Query, Table
from channels.computing.models import ComputingOffer, ComputingRun, ComputingTemplate
from channels.computing.rules import RULES, is_licensed, licensed_offer, parameter_faults, table, text_too_large
from channels.computing.schemas import AskAggregates, RunTemplate, RunView, SetOffer, WriteTemplate
from channels.computing.states import ANSWERING, RUN, UNDER_WAY
from channels.publishing import queries as publishing
from channels.publishing.models import PublishedTable
from contracts.agreements.models import Agreement
from contracts.metering.schemas import Access
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import canonical
from kernel.db import lock_name
from kernel.jobs import desk
from kernel.jobs.queue import enqueue
from market.delivery import access
from market.delivery import commands as delivery
from market.delivery import queries as deliveries
from market.delivery.errors import FilesHandedOut
from market.orders.models import Order
from rights.assets import queries as assets
from rights.assets.models import RevisionMeasure

JOB: Final = "channels.computing.compute"
RETRY_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Purchase:
    """What entitles a buyer to a run, and which revision of the data it is about; of a scope also its table."""

    order: Order
    agreement: Agreement
    revision_id: str
    place: str | None
    scoped: PublishedTable | None = None


async def ask_aggregates(act: Act, order_id: str, data: AskAggregates) -> RunView:
    """Ask an ad-hoc query; the same one on the same revision has its answer for nothing.

    Raises what an order's delivery does, FilesHandedOut, ComputingNotOffered, TableMissing, TableTooLarge,
    TextTooLarge, TablesInPreparation, ScopeNotMade, UnitNotLicensed, QueryRefused, RunsUnderWay, BudgetSpent and
    AccessRefused; then nothing is charged.
    """
    bought = await purchase(act, order_id, data.revision_id, data.place)
    offer = await queries.offer_of(act.session, bought.agreement)
    if offer is None:
        raise ComputingNotOffered(agreement=bought.agreement.id)
    terms = msgspec.convert(offer.terms, SetOffer)
    bought = await of_table(act, bought, terms.file, RULES.at(act.today).body.table_rows_max)
    offered = _offered(bought, terms)
    query = await desk.answer(understood, data.sql, offered, party=act.actor.party, in_unit=True)
    return queries.run_view(await place_query(act, bought, offer, query, data.sql), act.actor)


async def place_query(act: Act, bought: Purchase, offer: ComputingOffer, query: Query, sql: str) -> ComputingRun:
    """Charge for a query that is understood and queue it, or give the run that asked the same before."""
    terms = msgspec.convert(offer.terms, SetOffer)
    question = {"offer": offer.sha256, "query": msgspec.to_builtins(query)}
    await lock_name(act.session, "computing_run", bought.agreement.id)
    if (same := await _same(act, bought, question)) is not None:
        return same
    await _require_room(act, bought.agreement.id)
    await charge(act, bought.agreement.id, bought.agreement.licensed.asset_id, terms)
    cost = {"micro_epsilon": terms.micro_epsilon_per_query, "pico_delta": terms.pico_delta_per_query}
    return await _queue(act, bought, question, offer_id=offer.id, template_id=None, sql=sql, **cost)


async def run_template(act: Act, order_id: str, data: RunTemplate) -> RunView:
    """Run an approved template with parameters of its types; the same once more is the same run.

    Raises what an order's delivery does, FilesHandedOut, TemplateNotLicensed, ParametersUnfit, TableMissing,
    TableTooLarge, TextTooLarge, TemplateSpent, RunsUnderWay and AccessRefused.
    """
    bought = await purchase(act, order_id, data.revision_id, data.place)
    template = await act.session.get(ComputingTemplate, data.template_id)
    since = bought.agreement.in_force_at
    if (
        template is None
        or template.asset_id != bought.agreement.licensed.asset_id
        or since is None
        or not is_licensed(template.approved_at, template.withdrawn_at, since)
    ):
        raise TemplateNotLicensed(template=data.template_id)
    content = msgspec.convert(template.content, WriteTemplate)
    if faults := parameter_faults(content, dict(data.parameters)):
        raise ParametersUnfit(errors=faults, count=len(faults))
    bought = await of_table(act, bought, content.file, RULES.at(act.today).body.template_rows_max)
    question = {"template": template.sha256, "parameters": data.parameters}
    await lock_name(act.session, "computing_run", bought.agreement.id)
    if (same := await _same(act, bought, question)) is not None:
        return queries.run_view(same, act.actor)
    await _require_room(act, bought.agreement.id)
    ran = select(func.count()).where(
        ComputingRun.agreement_id == bought.agreement.id, ComputingRun.template_id == template.id
    )
    if int(await act.session.scalar(ran) or 0) >= content.runs_max:
        raise TemplateSpent(limit=content.runs_max)
    cost = {"micro_epsilon": 0, "pico_delta": 0}
    row = await _queue(act, bought, question, offer_id=None, template_id=template.id, sql=None, **cost)
    return queries.run_view(row, act.actor)


async def purchase(act: Act, order_id: str, revision_id: str | None, place: str | None) -> Purchase:
    """What the actor has bought, its data staying here, at the revision asked for or the newest that reached it."""
    order, agreement = await deliveries.purchase(act, order_id)
    if agreement.files:
        raise FilesHandedOut(order=order.id)
    row = await delivery.prepare(act.by(SYSTEM), order)
    agreed = agreement.licensed.revision_id
    update = await deliveries.update_asked(act.session, row, agreed, revision_id)
    return Purchase(order, agreement, update.revision_id if update is not None else agreed, place)


async def of_table(act: Act, bought: Purchase, name: str, limit: int) -> Purchase:
    """A purchase with the table that is computed on where its licence has a scope; it has so many rows at the most.

    Raises TableMissing, for a table that is not licensed too, TableTooLarge and TextTooLarge; of a scope
    TablesInPreparation and ScopeNotMade.
    """
    if bought.agreement.scope_sha256 is not None:
        scoped = await publishing.scoped_table(act.session, bought.agreement, bought.revision_id, name)
        if scoped is None:
            raise TableMissing(revision=bought.revision_id, file=name)
        if scoped.rows > limit:
            raise TableTooLarge(revision=bought.revision_id, rows=scoped.rows, limit=limit)
        return replace(bought, scoped=scoped)
    revision = await assets.revision(act.session, bought.revision_id)
    file = next((each for each in revision.files if each.name == name), None)
    if file is None:
        raise TableMissing(revision=revision.id, file=name)
    if text_too_large(file.name, file.size_bytes, rules := RULES.at(act.today).body):
        raise TextTooLarge(file=name, mib=file.size_bytes >> 20, limit=rules.loaded_mib_max)
    measured = await act.session.get(RevisionMeasure, revision.id)
    if measured is not None and (measured.record_count or 0) > limit:
        raise TableTooLarge(revision=revision.id, rows=measured.record_count, limit=limit)
    return bought


def _offered(bought: Purchase, terms: SetOffer) -> Table:
    """What may be asked of the licensed columns; raises UnitNotLicensed."""
    if bought.scoped is None:
        return table(terms)
    columns = [field["name"] for field in bought.scoped.schema["fields"]]
    if terms.unit not in columns:
        raise UnitNotLicensed(agreement=bought.agreement.id)
    return table(licensed_offer(terms, columns))


def _sha256(bought: Purchase, question: dict[str, Any]) -> str:
    return canonical.digest({**question, "revision": bought.revision_id})


async def _same(act: Act, bought: Purchase, question: dict[str, Any]) -> ComputingRun | None:
    query = select(ComputingRun).where(
        ComputingRun.agreement_id == bought.agreement.id,
        ComputingRun.question_sha256 == _sha256(bought, question),
        ComputingRun.status.in_(ANSWERING),
    )
    return (await act.session.scalars(query.order_by(ComputingRun.id).limit(1))).first()


async def _require_room(act: Act, agreement_id: str) -> None:
    limit = RULES.at(act.today).body.runs_under_way_max
    count = select(func.count()).where(ComputingRun.agreement_id == agreement_id, ComputingRun.status.in_(UNDER_WAY))
    if int(await act.session.scalar(count) or 0) >= limit:
        raise RunsUnderWay(limit=limit, retry_after_seconds=RETRY_SECONDS)


async def _queue(act: Act, bought: Purchase, question: dict[str, Any], **facts: Any) -> ComputingRun:
    """Count the use of the licence, and put the run on the queue; a use counts the longest that a run may take."""
    rules, order = RULES.at(act.today).body, bought.order
    wanted = Access(
        environment=rules.environment,
        revision_id=bought.revision_id,
        place=bought.place,
        rows=None if bought.scoped is None else bought.scoped.rows,
        seconds=rules.run_seconds_max,
    )
    await access.release(act, order, bought.agreement, wanted)
    row = ComputingRun(
        id=ids.new("cmr"),
        order_id=order.id,
        agreement_id=bought.agreement.id,
        asset_id=bought.agreement.licensed.asset_id,
        revision_id=bought.revision_id,
        provider=bought.agreement.provider,
        buyer=order.buyer,
        question=question,
        question_sha256=_sha256(bought, question),
        due_at=act.at + timedelta(minutes=rules.queue_minutes_max),
        created_at=act.at,
        **facts,
    )
    charged = {name: facts[name] for name in ("micro_epsilon", "pico_delta")}
    await lifecycle.begin(act, row, RUN, parties=row.parties, order=order.id, question=row.question_sha256, **charged)
    await enqueue(act.session, JOB, {"run": row.id})
    return row
