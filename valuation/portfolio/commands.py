"""Starting, cancelling and settling portfolio runs; the valuing itself happens in jobs.py."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.errors import DomainError, FieldError
from kernel.jobs import queue as jobs
from kernel.money import Money
from kernel.rules.policy import PolicyMissing
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china
from rights.assets.models import Asset
from rights.certificates.models import Certificate
from valuation.appraisal.basis import rule_set
from valuation.appraisal.engine import limits
from valuation.appraisal.errors import RuleSetNotInForce
from valuation.appraisal.models import AppraisalRow
from valuation.portfolio import gathering, queries
from valuation.portfolio.engine import totals, work
from valuation.portfolio.engine.summary import Result
from valuation.portfolio.engine.work import Done
from valuation.portfolio.errors import PortfolioFaulty
from valuation.portfolio.gathering import Gathered
from valuation.portfolio.models import PortfolioItem, PortfolioRun
from valuation.portfolio.policy import PortfolioRules, policies
from valuation.portfolio.schemas import PortfolioRunView, ValuePortfolio
from valuation.portfolio.states import PORTFOLIO_RUN, PortfolioAction, PortfolioState

JOB = "portfolio.value"


async def start(act: Act, data: ValuePortfolio) -> PortfolioRunView:
    """Queue a run; raises PortfolioFaulty with everything that is wrong with its terms."""
    assert act.actor.party is not None
    policy = rule_set(data.base_date, day_in_china(act.at))
    found = list(totals.faults(data, rules(data.base_date).body))
    found += limits.out_of_range("/upstream_share/value", data.upstream_share.value, rules(data.base_date).body.share)
    until = data.use_until or limits.last_use(data.base_date, policy.body.use.months_max)
    found += limits.use(data.base_date, until, policy.body.use.months_max)
    found += await _named(act, data)
    found += await _previous(act, data)
    if found:
        raise PortfolioFaulty(errors=found, count=len(found))
    row = PortfolioRun(
        id=ids.new("pfr"),
        valuer=act.actor.party,
        name=data.name,
        base_date=data.base_date,
        currency=data.currency,
        previous_id=data.previous_id,
        asked=msgspec.to_builtins(data),
        basis=msgspec.to_builtins(work.basis(data.base_date, until, data.currency)),
        asked_assets=len(data.assets),
        done_assets=0,
        faulty_assets=0,
        result=None,
        problem=None,
        created_at=act.at,
    )
    facts = {"assets": len(data.assets), "base_date": data.base_date.isoformat()}
    await lifecycle.begin(act, row, PORTFOLIO_RUN, parties=[act.actor.party], **facts)
    await jobs.enqueue(act.session, JOB, {"run": row.id})
    return queries.run_view(row, act.actor)


def rules(base_date: date) -> PortfolioRules:
    """The rules of portfolios on the base date; raises RuleSetNotInForce."""
    try:
        return policies().at(base_date)
    except PolicyMissing as problem:
        raise RuleSetNotInForce(base_date=base_date) from problem


async def _named(act: Act, data: ValuePortfolio) -> list[FieldError]:
    """Every asset is one that the firm may know of, valued by it or registered, and is named once."""
    names = [asset.asset_id for asset in data.assets]
    valued = select(AppraisalRow.asset_id).where(AppraisalRow.valuer == act.actor.party)
    visible = or_(Asset.id.in_(select(Certificate.asset_id)), Asset.id.in_(valued))
    known = set(await act.session.scalars(select(Asset.id).where(Asset.id.in_(names), visible)))
    found, seen = [], set[str]()
    for i, name in enumerate(names):
        if name not in known:
            text = Text("没有该资产。", "There is no such asset.")
            found.append(FieldError(f"/assets/{i}/asset_id", text, "LT-PTF-05"))
        elif name in seen:
            text = Text("同一资产只能列出一次。", "Name each asset once.")
            found.append(FieldError(f"/assets/{i}/asset_id", text, "LT-PTF-05"))
        seen.add(name)
    return found


async def _previous(act: Act, data: ValuePortfolio) -> list[FieldError]:
    if data.previous_id is None:
        return []
    earlier = await act.session.get(PortfolioRun, data.previous_id)
    if earlier is None or earlier.valuer != act.actor.party or earlier.status != PortfolioState.SUCCEEDED:
        text = Text("没有本机构已完成的该次运行。", "There is no such run of your firm that has ended well.")
        return [FieldError("/previous_id", text, "LT-PTF-05")]
    if earlier.currency != data.currency:
        text = Text("此前运行的币种不同。", "The earlier run is in another currency.")
        return [FieldError("/previous_id", text, "LT-PTF-05")]
    return []


async def cancel(act: Act, run_id: str) -> PortfolioRunView:
    """Stop a run that has not ended; what it valued is kept."""
    row = await queries.run_row(act, run_id)
    await _move(act, row, PortfolioAction.CANCEL, Role.VALUER)
    return queries.run_view(row, act.actor)


async def _move(act: Act, row: PortfolioRun, action: PortfolioAction, role: Role, **facts: Any) -> None:
    await lifecycle.advance(act, row, PORTFOLIO_RUN, action, role, parties=[row.valuer], **facts)


async def begin(act: Act, run_id: str) -> PortfolioRun | None:
    """Take up a run, again after a crash; None when there is nothing left to do."""
    row = await locked(act.session, PortfolioRun, run_id)
    if PORTFOLIO_RUN.is_final(row.status):
        return None
    if row.status == PortfolioState.QUEUED:
        await _move(act.by(SYSTEM), row, PortfolioAction.START, Role.SYSTEM)
    return row


async def keep(session: AsyncSession, run_id: str, gathered: Sequence[Gathered], done: Sequence[Done]) -> bool:
    """Keep a chunk, once; False when the run has ended meanwhile."""
    row = await locked(session, PortfolioRun, run_id)
    if row.status != PortfolioState.RUNNING:
        return False
    if row.done_assets >= gathered[0].number:
        return True  # Another worker kept it.
    by_number = {each.number: each for each in done}
    for each in gathered:
        found = by_number.get(each.number)
        faults = each.faults if found is None else found.faults
        session.add(_item(run_id, each, found, [gathering.stored_fault(fault) for fault in faults]))
        row.faulty_assets += bool(faults)
    row.done_assets = gathered[-1].number
    await session.flush()
    return True


def _item(run_id: str, gathered: Gathered, done: Done | None, faults: list[dict[str, Any]]) -> PortfolioItem:
    valued = done is not None and not faults
    return PortfolioItem(
        run_id=run_id,
        number=gathered.number,
        asset_id=gathered.asset.asset_id,
        appraisal_id=gathered.appraisal_id,
        group_name=gathered.asset.group,
        value_minor=done.value if done and valued else 0,
        low_minor=done.low if done and valued else 0,
        high_minor=done.high if done and valued else 0,
        inputs_sha256=done.inputs_sha256 if done and valued else None,
        document_sha256=done.document_sha256 if done and valued else None,
        line=done.line if done and valued else None,
        upstream=dict(done.upstream) if done and valued else {},
        faults=faults,
    )


async def finish(act: Act, run_id: str, result: Result, links: list[tuple[str, str, str]]) -> None:
    """End a run with its result, which never changes again."""
    row = await locked(act.session, PortfolioRun, run_id)
    if row.status != PortfolioState.RUNNING:
        return
    row.result = msgspec.json.decode(msgspec.json.encode(result))
    row.basis = {**row.basis, "links": links}
    facts = {"results_sha256": result.results_sha256, "value_minor": Money.of(result.value).minor}
    await _move(act.by(SYSTEM), row, PortfolioAction.FINISH, Role.SYSTEM, **facts)


async def fail(act: Act, run_id: str, problem: DomainError) -> None:
    """End a run with the reason why there is no result."""
    row = await locked(act.session, PortfolioRun, run_id)
    if row.status != PortfolioState.RUNNING:
        return
    row.problem = {lang: problem.detail.of(lang, **problem.facts) for lang in ("zh", "en")}
    await _move(act.by(SYSTEM), row, PortfolioAction.FAIL, Role.SYSTEM, problem=problem.code)
