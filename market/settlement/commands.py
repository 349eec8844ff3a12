"""Settling an accepted order: books, settlement, order and statement move together or not at all."""

from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.documents.commands import issue
from kernel.documents.models import Document
from kernel.identity.models import Party
from kernel.money import Money
from kernel.rules.policy import Policy
from kernel.states import Role
from kernel.time.clock import day_in_china, timestamp
from market.ledger import book
from market.ledger import commands as ledger
from market.orders import commands as orders
from market.orders.models import Order
from market.orders.states import ORDER, OrderAction, OrderState
from market.settlement import queries, rules
from market.settlement.models import Settlement
from rights.grants.vocabulary import words
from valuation.market_evidence.commands import Trade, admit


async def settle(act: Act, order_id: str) -> Settlement | None:
    """Release an accepted order's money from escrow; an order that is settled already is left as it is.

    Where nothing was paid nothing is settled but the order: there is no statement, and no price that others compare.
    """
    order = await locked(act.session, Order, order_id)
    if order.status is OrderState.SETTLED:
        return await queries.of_order(act.session, order_id)
    ORDER.next(order.status, OrderAction.SETTLE, Role.SYSTEM)
    if order.amount_minor == 0:
        await orders.mark_settled(act, order, None)
        return None
    fees = rules.FEES.at(day_in_china(order.placed_at))
    split = rules.split(Money(order.amount_minor, order.currency), fees.body)
    entry = book.release(order.id, split.gross, split.fee, [book.Share(order.provider, split.share)])
    posted = await ledger.post(act.by(SYSTEM), entry)
    settlement_id = ids.new("stl")
    await orders.mark_settled(act, order, settlement_id)
    document = await _statement(act, order, settlement_id, split, fees, (posted.id, entry))
    row = Settlement(
        id=settlement_id,
        order_id=order.id,
        buyer=order.buyer,
        provider=order.provider,
        gross_minor=split.gross.minor,
        fee_minor=split.fee.minor,
        provider_minor=split.share.minor,
        currency=order.currency,
        lines=[_line(line) for line in split.lines],
        policy=msgspec.to_builtins(fees.ref),
        ledger_entry_id=posted.id,
        document_id=document.id,
        settled_at=act.at,
    )
    act.session.add(row)
    await act.session.flush()  # The unique order must speak here, inside the unit.
    await _as_evidence(act, order, row, document)
    return row


async def _as_evidence(act: Act, order: Order, row: Settlement, document: Document) -> None:
    """Hand the trade to valuation in the same transaction: a settled trade is a comparable, and no other is."""
    agreement = await act.session.get_one(Agreement, order.agreement_id)
    policy = agreed_policy(agreement)
    rights = words(policy.vocabulary).rights_of({action for rule in policy.permissions for action in rule.actions})
    trade = Trade(
        settlement_id=row.id,
        document_sha256=document.sha256,
        asset_id=order.asset_id,
        revision_id=order.revision_id,
        title=f"{order.title_zh} {order.title_en}",
        parties=(order.buyer, order.provider),
        price=Money(order.amount_minor, order.currency),
        right="+".join(str(right).lower() for right in rights),
        mode=_MODE,
        term_days=agreement.term_days,
        licence=order.licence,
    )
    await admit(act, trade)


_MODE: Final = "one-off"
"""Every order of this market pays once, for a licence of so many days."""


async def _statement(
    act: Act,
    order: Order,
    settlement_id: str,
    split: rules.Split,
    fees: Policy[rules.Fees],
    booked: tuple[str, book.Entry],
) -> Document:
    """Issue the statement with every figure, so that anybody who holds it can add it up again."""
    entry_id, entry = booked
    agreement = await act.session.get_one(Agreement, order.agreement_id)
    claims: dict[str, Any] = {
        "settlement_id": settlement_id,
        "settled_at": timestamp(act.at),
        "order": {
            "order_id": order.id,
            "title_zh": order.title_zh,
            "title_en": order.title_en,
            "listing_id": order.listing_id,
            "payment_id": order.payment_id,
            "placed_at": timestamp(order.placed_at),
            "accepted_at": timestamp(order.accepted_at or act.at),
        },
        "agreement": {"agreement_id": agreement.id, "digest": agreement.digest},
        "buyer": await _party(act.session, order.buyer),
        "provider": await _party(act.session, order.provider),
        "gross": _money(split.gross),
        "lines": [_line(line) for line in split.lines],
        "fee": _money(split.fee),
        "provider_share": _money(split.share),
        "ledger": {
            "entry_id": entry_id,
            "reference": entry.reference,
            "postings": [{"debit": leg.debit, "credit": leg.credit, **_money(leg.money)} for leg in entry.legs],
        },
        "policy": msgspec.to_builtins(fees.ref),
    }
    parties = (order.buyer, order.provider)
    return await issue(act.by(SYSTEM), "settlement-statement", settlement_id, claims, parties=parties)


async def _party(session: AsyncSession, party_id: str) -> dict[str, str]:
    party = await one(session, Party, party_id)
    return {"party_id": party.id, "name": party.name, "uscc": party.uscc}


def _line(line: rules.FeeLine) -> dict[str, Any]:
    return {"part": _money(line.part), "rate": line.rate, "fee": _money(line.fee)}


def _money(money: Money) -> dict[str, str]:
    view = money.view()
    return {"amount": view.amount, "currency": view.currency}
