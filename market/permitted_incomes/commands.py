"""Recording what public data may earn, and what is done after its years were checked."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked, one
from kernel.errors import FieldError
from kernel.identity.models import Party
from kernel.log.record import record as entered
from kernel.money import Money, MoneyView
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import end_of_day_in_china, start_of_day_in_china
from market.permitted_incomes import queries, rules
from market.permitted_incomes.errors import CycleRunning, ExcessNotDeducted, PermittedIncomeFaulty
from market.permitted_incomes.models import IncomeCheck, PermittedIncome
from market.permitted_incomes.schemas import (
    AnswerCheck,
    DecideCheck,
    IncomeCheckView,
    PermittedIncomeView,
    RecordPermittedIncome,
)
from market.permitted_incomes.states import CHECK, OFFICERS, CheckAction
from rights.assets.models import Asset
from valuation.appraisal.calculations.calculation import calculate
from valuation.appraisal.policy import policies


async def record(act: Act, data: RecordPermittedIncome) -> PermittedIncomeView:
    """An officer records a decision; what may be earned follows from it by the rule set of its first day.

    Raises NotFound, InputsFaulty, PermittedIncomeFaulty, CycleRunning and ExcessNotDeducted.
    """
    party = await one(act.session, Party, data.party_id)
    await lock_name(act.session, "permitted-income", party.id)
    wanted = sorted(set(data.assets))
    assets = (await act.session.scalars(select(Asset).where(Asset.id.in_(wanted)))).all()
    faults = list(_faults(act, data, wanted, assets))
    if faults:
        raise PermittedIncomeFaulty(errors=faults, count=len(faults))
    policy = policies().at(data.begins_on)
    made = calculate("price-cap", data.inputs, base_date=data.begins_on, policy=policy)
    allowed = Money.of(MoneyView(made.results["r_allowed"], data.inputs.currency), "/inputs")
    if allowed.minor <= 0:
        text = Text("扣减后准许收入须大于零", "What is left to be earned is above zero")
        raise PermittedIncomeFaulty(errors=[FieldError("/inputs/excess_of_last_cycle", text)], count=1)
    await _follow(act, await _last_of(act, wanted), data)
    years = int(data.inputs.cycle_years.value)
    row = PermittedIncome(
        id=ids.new("pin"),
        party_id=party.id,
        asset_ids=wanted,
        decision=data.decision,
        inputs=msgspec.to_builtins(data.inputs),
        rule_set=msgspec.to_builtins(policy.ref),
        currency=allowed.currency,
        allowed_minor=allowed.minor,
        begins_on=data.begins_on,
        ends_on=rules.anniversary(data.begins_on, years) - timedelta(days=1),
        cycle_years=years,
        checked_years=0,
        next_check_at=start_of_day_in_china(rules.anniversary(data.begins_on, 1)),
        cycle_excess_minor=None,
        recorded_by=act.actor.name,
        created_at=act.at,
    )
    act.session.add(row)
    await act.session.flush()
    facts = {"assets": wanted, "allowed": str(allowed), "decision": row.decision, "rule": rules.RECORDED}
    entered(act, "market.permitted_income.recorded", row.id, parties=[party.id], facts=facts)
    return queries.view(row)


def _faults(
    act: Act, data: RecordPermittedIncome, wanted: Sequence[str], assets: Sequence[Asset]
) -> Iterator[FieldError]:
    """Everything in a decision that cannot be recorded, besides what its figures may not be."""
    inputs, rule = data.inputs, rules.RECORDED
    most = rules.POLICY.at(act.today).body.assets_max
    own = {asset.id for asset in assets if asset.party_id == data.party_id and asset.public_data}
    if len(wanted) > most:
        yield FieldError("/assets", Text(f"最多 {most} 项资产", f"Name at most {most} assets"), rule)
    for asset_id in [each for each in wanted if each not in own][:10]:
        text = Text(f"{asset_id} 不是该方的公共数据资产", f"{asset_id} is no asset of public data of this party")
        yield FieldError("/assets", text, rule)
    if inputs.use != "industry":
        yield FieldError(
            "/inputs/use", Text("公共治理、公益用途免费", "Use for public welfare is free of charge"), rule
        )
    if inputs.actual_income is not None:
        text = Text("实际收入取自账簿", "What was earned is read from the books")
        yield FieldError("/inputs/actual_income", text, rule)
    if "." in inputs.cycle_years.value or not 1 <= int(inputs.cycle_years.value.split(".")[0]) <= 3:
        yield FieldError(
            "/inputs/cycle_years/value", Text("周期为 1 至 3 个整年", "A cycle is 1 to 3 whole years"), rule
        )


async def _last_of(act: Act, assets: Sequence[str]) -> Sequence[PermittedIncome]:
    """The permitted incomes that cover any of these assets and that none has followed yet, oldest first."""
    later = aliased(PermittedIncome)
    followed = exists().where(later.id > PermittedIncome.id, later.asset_ids.overlap(PermittedIncome.asset_ids))
    query = select(PermittedIncome).where(PermittedIncome.asset_ids.overlap(list(assets)), ~followed)
    return (await act.session.scalars(query.order_by(PermittedIncome.id))).all()


async def _follow(act: Act, last: Sequence[PermittedIncome], data: RecordPermittedIncome) -> None:
    """A cycle follows those that are over, and deducts what they earned too much; that closes their checks."""
    for income in last:
        if income.cycle_excess_minor is None or data.begins_on <= income.ends_on:
            raise CycleRunning(other=income.id, ends_on=income.ends_on.isoformat())
    if not last:
        return
    followed, currency = ", ".join(income.id for income in last), data.inputs.currency
    if kept := sorted({income.currency for income in last} - {currency}):
        text = Text(f"须与上一周期（{followed}）同为 {kept[0]}", f"It is {kept[0]}, as in the cycle before: {followed}")
        raise PermittedIncomeFaulty(errors=[FieldError("/inputs/currency", text, rules.CYCLE)], count=1)
    excess = Money(sum(income.cycle_excess_minor or 0 for income in last), currency)
    said = data.inputs.excess_of_last_cycle
    given = Money(0, currency) if said is None else Money.of(MoneyView(said.value, currency))
    if given != excess:
        raise ExcessNotDeducted(other=followed, excess=str(excess), given=str(given))
    query = select(IncomeCheck.id).where(
        IncomeCheck.permitted_income_id.in_([income.id for income in last]),
        IncomeCheck.year == 0,
        IncomeCheck.due_at.is_not(None),
    )
    for check_id in (await act.session.scalars(query.order_by(IncomeCheck.id))).all():
        row = await locked(act.session, IncomeCheck, check_id)
        if row.due_at is not None:
            await _close(act, row, CheckAction.DEDUCT, data.decision)


async def answer(act: Act, check_id: str, data: AnswerCheck) -> IncomeCheckView:
    """The operator of the data says how it adjusted; raises NotFound and IllegalTransition."""
    row = await locked(act.session, IncomeCheck, check_id)
    queries.CHECKS.require_party(act.actor, row.id, row.party_id)
    row.answer = data.text
    row.due_at = act.at + timedelta(days=rules.POLICY.at(act.today).body.review_days)
    await _step(act, row, CheckAction.ANSWER, Role.PROVIDER)
    return queries.check_view(row, act.actor)


def _officer(act: Act) -> Role:
    return next(role for role in OFFICERS if act.actor.has(role))


async def accept(act: Act, check_id: str, data: DecideCheck) -> IncomeCheckView:
    """An officer takes the answer; raises NotFound and IllegalTransition."""
    row = await locked(act.session, IncomeCheck, check_id)
    await _close(act, row, CheckAction.ACCEPT, data.reason)
    return queries.check_view(row, act.actor)


async def _close(act: Act, row: IncomeCheck, action: CheckAction, reason: str) -> None:
    row.due_at, row.decision_reason, row.decided_by = None, reason, act.actor.name
    await _step(act, row, action, _officer(act), reason=reason)


async def give_back(act: Act, check_id: str, data: DecideCheck) -> IncomeCheckView:
    """An officer gives the answer back; raises NotFound and IllegalTransition."""
    row = await locked(act.session, IncomeCheck, check_id)
    row.decision_reason, row.decided_by = data.reason, act.actor.name
    row.due_at = end_of_day_in_china(act.today + timedelta(days=rules.POLICY.at(act.today).body.answer_days_min))
    await _step(act, row, CheckAction.RETURN, _officer(act), reason=data.reason)
    return queries.check_view(row, act.actor)


async def _step(act: Act, row: IncomeCheck, action: CheckAction, role: Role, **facts: str) -> None:
    rule = rules.CYCLE if row.year == 0 else rules.YEARLY
    await lifecycle.advance(act, row, CHECK, action, role, parties=[row.party_id], rule=rule, **facts)


async def fall_due(act: Act, check_id: str) -> None:
    """What nobody answered is overdue; what waits on, for the operator or the centre, is told of again."""
    row = await locked(act.session, IncomeCheck, check_id)
    if row.due_at is None or row.due_at > act.at:
        return
    system = act.by(SYSTEM)
    row.due_at = act.at + timedelta(days=rules.POLICY.at(act.today).body.remind_days)
    if CheckAction.LAPSE in CHECK.actions(row.status):
        await _step(system, row, CheckAction.LAPSE, Role.SYSTEM)
        return
    facts = {"status": str(row.status), "adjusts": row.adjusts}
    entered(system, "market.income_check.reminded", row.id, parties=[row.party_id], facts=facts)
