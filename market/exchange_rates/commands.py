"""Entering rates, and what the second officer says of them."""

from decimal import Decimal

from sqlalchemy import select

from contracts.approvals.queries import line_of
from contracts.approvals.rules import same_person
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked
from kernel.errors import FieldError
from kernel.money import EXPONENTS
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import end_of_day_in_china
from kernel.time.workdays import add_working_days
from market.exchange_rates.errors import RateFaulty, RateNotCorrected, SecondOfficerNeeded
from market.exchange_rates.models import ExchangeRate
from market.exchange_rates.queries import of_pair, view
from market.exchange_rates.rules import POLICY
from market.exchange_rates.schemas import DecideRate, EnterRate, RateView
from market.exchange_rates.states import RATE, RateAction, RateState


async def enter(act: Act, data: EnterRate) -> RateView:
    """Enter a rate of a day; it counts once another officer has confirmed it.

    Raises RateFaulty and RateNotCorrected.
    """
    await lock_name(act.session, "exchange-rate", *sorted((data.base, data.quote)))
    faults = await _faults(act, data)
    if faults:
        raise RateFaulty(errors=faults, count=len(faults))
    await _require_corrected(act, data)
    days = POLICY.at(act.today).body.confirm_working_days
    row = ExchangeRate(
        id=ids.new("fxr"),
        base=data.base,
        quote=data.quote,
        rate=Decimal(data.rate),
        dated=data.dated,
        source=data.source,
        corrects=data.corrects,
        entered_by_key=act.actor.hand,
        entered_by_line=list(await line_of(act.session, act.actor.hand)),
        decided_by_key=None,
        decision_reason=None,
        due_at=end_of_day_in_china(add_working_days(act.today, days).on),
        entered_at=act.at,
        decided_at=None,
    )
    facts = {"base": row.base, "quote": row.quote, "rate": data.rate, "dated": row.dated.isoformat()}
    await lifecycle.begin(act, row, RATE, source=row.source, corrects=row.corrects, **facts)
    return view(row)


async def _faults(act: Act, data: EnterRate) -> list[FieldError]:
    faults, known = list[FieldError](), ", ".join(EXPONENTS)
    for name, code in (("base", data.base), ("quote", data.quote)):
        if code not in EXPONENTS:
            faults.append(FieldError(f"/{name}", Text(f"应为：{known}", f"Use one of {known}"), RateFaulty.rule))
    if data.base == data.quote:
        text = Text("两个币种须不同", "The two currencies differ")
        faults.append(FieldError("/quote", text, RateFaulty.rule))
    if Decimal(data.rate) == 0:
        faults.append(FieldError("/rate", Text("汇率须大于零", "A rate is above zero"), RateFaulty.rule))
    if data.dated > act.today:
        text = Text("汇率日期不得晚于今天", "A rate is of today or of a day before")
        faults.append(FieldError("/dated", text, RateFaulty.rule))
    if data.corrects is not None:
        earlier = await act.session.get(ExchangeRate, data.corrects)
        wanted = (RateState.CONFIRMED, {data.base, data.quote}, data.dated)
        if earlier is None or (earlier.status, {earlier.base, earlier.quote}, earlier.dated) != wanted:
            text = Text(
                "所更正的须为同一币种对、同一日已复核的汇率",
                "What it corrects is a confirmed rate of the same pair and day",
            )
            faults.append(FieldError("/corrects", text, RateFaulty.rule))
    return faults


async def _require_corrected(act: Act, data: EnterRate | ExchangeRate) -> None:
    """A second rate of a pair and day names the one that counts, so that nobody wonders which of them does."""
    query = select(ExchangeRate).where(
        of_pair(data.base, data.quote),
        ExchangeRate.dated == data.dated,
        ExchangeRate.status == RateState.CONFIRMED,
    )
    standing = await act.session.scalar(query.order_by(ExchangeRate.id.desc()).limit(1))
    if standing is not None and standing.id != data.corrects:
        raise RateNotCorrected(
            base=standing.base, quote=standing.quote, dated=standing.dated.isoformat(), rate=standing.id
        )


async def confirm(act: Act, rate_id: str, data: DecideRate) -> RateView:
    """Another officer has compared a rate with its source; from now on amounts are converted by it.

    Raises SecondOfficerNeeded, IllegalTransition, and RateNotCorrected where another rate of the day came first.
    """
    row = await _decided(act, rate_id, data, RateAction.CONFIRM)
    return view(row)


async def refuse(act: Act, rate_id: str, data: DecideRate) -> RateView:
    """Another officer finds a rate wrong; it is never used. Raises SecondOfficerNeeded and IllegalTransition."""
    row = await _decided(act, rate_id, data, RateAction.REFUSE)
    return view(row)


async def _decided(act: Act, rate_id: str, data: DecideRate, action: RateAction) -> ExchangeRate:
    row = await locked(act.session, ExchangeRate, rate_id)
    if same_person(await line_of(act.session, act.actor.hand), row.entered_by_line):
        raise SecondOfficerNeeded
    RATE.next(row.status, action, Role.CLEARING)
    if action is RateAction.CONFIRM:
        await lock_name(act.session, "exchange-rate", *sorted((row.base, row.quote)))
        await _require_corrected(act, row)
    row.decided_by_key, row.decision_reason, row.decided_at = act.actor.hand, data.reason, act.at
    await lifecycle.advance(act, row, RATE, action, Role.CLEARING, reason=data.reason)
    return row


async def lapse(act: Act, rate_id: str) -> bool:
    """Nobody has looked at a rate in time: it is never used; says whether it was so."""
    row = await locked(act.session, ExchangeRate, rate_id)
    if row.status is not RateState.PROPOSED or row.due_at > act.at:
        return False
    await lifecycle.advance(act.by(SYSTEM), row, RATE, RateAction.LAPSE, Role.SYSTEM)
    return True
