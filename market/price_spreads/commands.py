"""Noticing unequal prices when a deal settles, and what provider, operator and clock make of them."""

from typing import Any

import msgspec
from sqlalchemy import select

from contracts.terms.document import Terms
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, lock_name, locked
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from market.orders.models import Order
from market.orders.rules import deadline
from market.price_spreads import queries, rules
from market.price_spreads.models import PricedDeal, PriceSpread
from market.price_spreads.schemas import DecideSpread, ExplainSpread, PriceSpreadView
from market.price_spreads.states import OPEN, PRICE_SPREAD, SpreadAction


async def note(act: Act, order: Order, terms: Terms, settlement_id: str, price: Money) -> tuple[str, ...]:
    """Keep a settled deal by its terms; gives its mark where others on equal terms lie too far from its price.

    The entry about them is opened, or an open one brought up to date. One key is noted by one unit at a time.
    """
    table, key = rules.RULES.at(act.today), rules.terms_key(terms)
    await lock_name(act.session, "priced-deal", key)
    before = await queries.prices(act, key, price.currency, act.today, table.body)
    deal = PricedDeal(
        settlement_id=settlement_id,
        terms_key=key,
        order_id=order.id,
        asset_id=order.asset_id,
        revision_id=order.revision_id,
        provider=order.provider,
        buyer=order.buyer,
        price_minor=price.minor,
        currency=price.currency,
        settled_on=act.today,
    )
    act.session.add(deal)
    await act.session.flush()
    if before is None or not any(rules.spread((each, price.minor)) >= table.body.spread_min for each in before):
        return ()
    await _ask(act, deal, (*before, price.minor), msgspec.to_builtins(table.ref))
    return (rules.MARK,)


async def _ask(act: Act, deal: PricedDeal, prices: tuple[int, ...], policy: dict[str, Any]) -> None:
    """Open an entry, or bring the open one up to date: its clock goes on."""
    query = select(PriceSpread).where(
        PriceSpread.terms_key == deal.terms_key, PriceSpread.currency == deal.currency, PriceSpread.status.in_(OPEN)
    )
    figures = {"lowest_minor": min(prices), "highest_minor": max(prices), "spread": rules.spread(prices)}
    row = await find_locked(act.session, query)
    told = {"deal": deal.settlement_id, "spread": str(figures["spread"]), "rule": rules.NOTICED}
    if row is not None:
        for name, value in figures.items():
            setattr(row, name, value)
        record(act.by(SYSTEM), "market.price_spread.widened", row.id, parties=[row.provider], facts=told)
        return
    row = PriceSpread(
        id=ids.new("psp"),
        terms_key=deal.terms_key,
        asset_id=deal.asset_id,
        revision_id=deal.revision_id,
        provider=deal.provider,
        currency=deal.currency,
        policy=policy,
        answer=None,
        decision_reason=None,
        decided_by=None,
        due_at=deadline(act.today, rules.RULES.at(act.today).body.answer_working_days),
        created_at=act.at,
        **figures,
    )
    await lifecycle.begin(act.by(SYSTEM), row, PRICE_SPREAD, parties=[row.provider], **told)


async def explain(act: Act, spread_id: str, data: ExplainSpread) -> PriceSpreadView:
    """The provider says why; raises NotFound and IllegalTransition."""
    row = await locked(act.session, PriceSpread, spread_id)
    queries.AUDIENCE.require_party(act.actor, row.id, row.provider)
    await _step(act, row, SpreadAction.ANSWER, Role.PROVIDER)
    row.answer = data.text
    row.due_at = deadline(act.today, rules.RULES.at(act.today).body.decide_working_days)
    return queries.view(row, act)


async def decide(act: Act, spread_id: str, data: DecideSpread) -> PriceSpreadView:
    """The operator takes the reason, asks again, or refers the matter; raises NotFound and IllegalTransition."""
    row = await locked(act.session, PriceSpread, spread_id)
    queries.AUDIENCE.require(act.actor, row.id, row.provider)
    action = SpreadAction(data.decision)
    role = queries.AUDIENCE.role(act.actor, provider=row.provider) or Role.PROVIDER
    await _step(act, row, action, role, reason=data.reason)
    row.decision_reason, row.decided_by = data.reason, act.actor.name
    table = rules.RULES.at(act.today).body
    row.due_at = deadline(act.today, table.answer_working_days) if action is SpreadAction.RETURN else None
    return queries.view(row, act)


async def fall_due(act: Act, spread_id: str) -> bool:
    """What its provider did not explain waits for the operator; what waits on is told of again."""
    row = await locked(act.session, PriceSpread, spread_id)
    if row.due_at is None or row.due_at > act.at:
        return False
    mine = act.by(SYSTEM)
    row.due_at = deadline(act.today, rules.RULES.at(act.today).body.decide_working_days)
    if SpreadAction.LAPSE in PRICE_SPREAD.actions(row.status):
        await _step(mine, row, SpreadAction.LAPSE, Role.SYSTEM)
    else:
        facts = {"status": str(row.status), "rule": rules.ANSWERED}
        record(mine, "market.price_spread.reminded", row.id, parties=[row.provider], facts=facts)
    return True


async def _step(act: Act, row: PriceSpread, action: SpreadAction, role: Role, **facts: str) -> None:
    await lifecycle.advance(act, row, PRICE_SPREAD, action, role, parties=[row.provider], rule=rules.ANSWERED, **facts)
